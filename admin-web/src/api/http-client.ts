import type { z } from "zod";
import { errorBodySchema, type ApiError } from "../../../bots/http/contract/error.ts";

/** What can go wrong before or beside the server's own answer. */
export type ClientFailureCode = "offline" | "answer_unreadable";
export type FailureCode = ApiError["code"] | ClientFailureCode;

export class ApiFailure extends Error {
  readonly code: FailureCode;
  readonly remedy: string | null;
  readonly facts: ApiError["facts"];
  readonly requestId: string | null;

  constructor(code: FailureCode, message: string, details: Partial<ApiError> = {}) {
    super(message);
    this.name = "ApiFailure";
    this.code = code;
    this.remedy = details.remedy ?? null;
    this.facts = details.facts ?? {};
    this.requestId = details.requestId ?? null;
  }
}

export const isFailure = (error: unknown, ...codes: readonly FailureCode[]): error is ApiFailure =>
  error instanceof ApiFailure && (codes.length === 0 || codes.includes(error.code));

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Throws ApiFailure: the server's error, or `offline` where there was no answer. */
export async function send(path: string, request: ApiRequest = {}): Promise<Response> {
  const method = request.method ?? "GET";
  const init: RequestInit = {
    method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw new ApiFailure("offline", "The server could not be reached.");
  }
  if (!response.ok) throw failureFrom(response.status, await response.text().catch(() => ""));
  return response;
}

export function failureFrom(status: number, body: string): ApiFailure {
  const parsed = errorBodySchema.safeParse(readJson(body));
  if (parsed.success) {
    const { code, message } = parsed.data.error;
    return new ApiFailure(code, message, parsed.data.error);
  }
  if (status === 401) return new ApiFailure("unauthenticated", "Please sign in.");
  if (status === 502 || status === 503 || status === 504) {
    return new ApiFailure("offline", "The server is not answering just now.");
  }
  return new ApiFailure("answer_unreadable", `The server answered ${String(status)} without saying why.`);
}

/** Sends and reads the answer by its schema. */
export async function call<S extends z.ZodType>(
  schema: S,
  path: string,
  request: ApiRequest = {},
): Promise<z.output<S>> {
  const response = await send(path, request);
  return read(schema, await response.text());
}

export function read<S extends z.ZodType>(schema: S, body: string): z.output<S> {
  const parsed = schema.safeParse(readJson(body));
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new ApiFailure("answer_unreadable", `The server's answer was not understood (${where}).`);
  }
  return parsed.data;
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
