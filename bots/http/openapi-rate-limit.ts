import type { ZodOpenApiHeadersObject } from "zod-openapi";
import { failure } from "./openapi-operation.ts";

const integer = { type: "integer", minimum: 0 } as const;

/** Where budgets hold for the asker. */
export const rateLimitHeaders: ZodOpenApiHeadersObject = {
  "x-ratelimit-limit": { description: "The limit of the tightest budget", schema: integer },
  "x-ratelimit-remaining": { description: "What was left of it before this question", schema: integer },
  "x-ratelimit-reset": { description: "Seconds until it is whole again", schema: integer },
  "x-ratelimit-resource": {
    description: "What it limits",
    schema: {
      type: "string",
      enum: ["requests-per-minute", "requests-per-day", "tokens-per-minute", "tokens-per-day"],
    },
  },
};

export const rateLimited = {
  ...failure,
  description: "No request is left in a budget (`budget_exhausted`), or too many questions arrive at once",
  headers: {
    ...rateLimitHeaders,
    "retry-after": { description: "Seconds until asking again may help", schema: integer },
  },
};
