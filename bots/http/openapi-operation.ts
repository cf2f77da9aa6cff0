import type { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { errorBodySchema } from "./contract/error.ts";

export const failure = {
  description: "What happened, and what to do",
  content: { "application/json": { schema: errorBodySchema } },
};
export const json = (schema: z.ZodType) => ({ content: { "application/json": { schema } } });

interface Operation {
  readonly summary: string;
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Null for an answer without a body. */
  readonly answer: z.ZodType | null;
  readonly status?: 200 | 202 | 204;
}

/** One operation of the description. */
export function operation({
  summary,
  path,
  query,
  body,
  answer,
  status = 200,
}: Operation): ZodOpenApiOperationObject {
  return {
    summary,
    requestParams: { ...(path ? { path } : {}), ...(query ? { query } : {}) },
    ...(body ? { requestBody: { required: true, ...json(body) } } : {}),
    responses: {
      [String(status)]: { description: "Done", ...(answer ? json(answer) : {}) },
      default: failure,
    },
  };
}
