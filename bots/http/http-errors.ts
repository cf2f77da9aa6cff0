import { randomUUID } from "node:crypto";
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { z } from "zod";
import { type ErrorCode, ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { ApiError } from "./contract/error.ts";

/** The one place where a code becomes an HTTP status. */
const statuses: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 400,
  question_empty: 400,
  question_too_long: 400,
  department_unknown: 404,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  upload_too_large: 413,
  upload_broken: 400,
  document_unsupported: 415,
  document_encrypted: 422,
  document_corrupt: 422,
  document_empty: 422,
  document_image_only: 422,
  document_undecodable: 422,
  document_too_complex: 422,
  storage_full: 507,
  storage_unavailable: 503,
  database_unavailable: 503,
  database_role_unsafe: 500,
  queue_unavailable: 503,
  model_unavailable: 503,
  model_timeout: 504,
  model_refused: 502,
  budget_exhausted: 429,
  cancelled: 409,
  channel_unavailable: 503,
  channel_refused: 502,
  workspace_unknown: 404,
  configuration_invalid: 500,
  data_folder_in_use: 500,
  internal: 500,
};

export const statusOf = (code: ErrorCode): number => statuses[code];

/** Parses what a client sent; `invalid_input` names each field that is wrong. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => [issue.path.join(".") || "body", issue.message] as const);
  throw new ExpertError(
    "invalid_input",
    `The request is not valid: ${faults.map(([field, fault]) => `${field}: ${fault}`).join("; ")}.`,
    {
      remedy: "Correct the fields that are named and send it again; /v1/openapi.json describes them.",
      facts: Object.fromEntries(faults),
    },
  );
}

/** An error of Express, its file server or its body parser (`http-errors`), with what may be told of it. */
interface HttpError extends Error {
  readonly status: number;
}

const isHttpError = (error: unknown): error is HttpError =>
  error instanceof Error && "status" in error && typeof error.status === "number";

const nothingHere = (): ExpertError =>
  new ExpertError("not_found", "There is nothing at this address.", { remedy: "Check the link." });

/** What Express and its parts throw, in our words. */
function translate(error: unknown): ExpertError | null {
  if (error instanceof ExpertError) return error;
  if (error instanceof URIError) {
    return new ExpertError("invalid_input", "The address is not valid.", {
      remedy: "Check the link and try again.",
    });
  }
  if (!isHttpError(error) || error.status < 400 || error.status >= 500) return null;
  if (error.status === 404) return nothingHere();
  if (!("type" in error)) {
    return new ExpertError("invalid_input", "The request cannot be answered as it was sent.", {
      remedy: "Check the link and the request's headers.",
    });
  }
  if (error.type === "entity.too.large") {
    return new ExpertError("invalid_input", "The request is too large.", {
      remedy: "Shorten it; long text belongs in a document.",
    });
  }
  return new ExpertError("invalid_input", "The request's body cannot be read.", {
    remedy: "Send valid JSON.",
  });
}

/** What to tell the client: what happened and what to do. The log gets the cause, under the same request id. */
export function explain(logger: Logger, request: Request, error: unknown): ApiError {
  const requestId = randomUUID();
  const known = translate(error);
  if (!known || statusOf(known.code) >= 500) {
    logger.error("a request failed", { requestId, method: request.method, path: request.path, error });
  }
  return {
    code: known?.code ?? "internal",
    message: known?.message ?? "Something went wrong on our side.",
    remedy:
      known?.remedy ??
      (known ? null : "Try again; if it persists, give the request id to your administrator."),
    facts: known?.facts ?? {},
    requestId,
  };
}

/** Seconds after which trying again may help; null where it would not. */
function retryAfter({ code, facts }: ApiError): string | null {
  const told = facts["retryAfterSeconds"];
  if (typeof told === "number") return String(told);
  const toldMs = facts["retryAfterMs"];
  if (code === "budget_exhausted" && typeof toldMs === "number") return String(Math.ceil(toldMs / 1_000));
  return statusOf(code) === 503 ? "2" : null;
}

export const handleErrors =
  (logger: Logger): ErrorRequestHandler =>
  (error: unknown, request: Request, response: Response, _next) => {
    const body = explain(logger, request, error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const status = statusOf(body.code);
    const wait = retryAfter(body);
    if (wait !== null) response.set("retry-after", wait);
    response.status(status).json({ error: body });
  };

export const notFound: RequestHandler = () => {
  throw nothingHere();
};
