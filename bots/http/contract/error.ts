import { z } from "zod";
import { errorCodes } from "../../../core/errors.ts";

export const apiErrorSchema = z
  .object({
    code: z.enum(errorCodes),
    /** What happened. */
    message: z.string(),
    /** What to do about it. */
    remedy: z.string().nullable(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    /** Names the request in the logs. */
    requestId: z.string(),
  })
  .meta({ id: "Error", description: "What happened, and what to do about it." });
export type ApiError = z.infer<typeof apiErrorSchema>;

/** `details` of a failed validation are in `facts`, keyed by field. */
export const errorBodySchema = z.object({ error: apiErrorSchema });
