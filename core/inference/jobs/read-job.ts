import { z } from "zod";
import { errorCodes, ExpertError } from "../../errors.ts";
import type { DepartmentId, TenantId, UserId } from "../../ids.ts";
import { inferenceTiers, type InferenceEvent, type InferenceJob } from "./inference-job.ts";

/*
 * What other processes have written, which may be of another version: members that are not known here are left out, so that a later
 * version may add some.
 */
const tokens = z.number().min(0);
const text = z.string();
const message = z.object({
  role: z.enum(["system", "user", "assistant"]),
  content: text,
  images: z
    .array(
      z.object({ mediaType: z.enum(["image/png", "image/jpeg", "image/webp", "image/gif"]), base64: text }),
    )
    .exactOptional(),
});
const call = z.object({
  tenantId: text.transform((id) => id as TenantId),
  userId: text.transform((id) => id as UserId).nullable(),
  departmentId: text.transform((id) => id as DepartmentId).nullable(),
  urgency: z.enum(["interactive", "batch"]),
});
const job: z.ZodType<InferenceJob> = z.object({
  id: text.min(1),
  tier: z.enum(inferenceTiers),
  call: call.nullable(),
  department: text.nullable(),
  request: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("chat"),
      messages: z.array(message).min(1),
      maxTokens: tokens,
      temperature: z.number(),
    }),
    z.object({
      kind: z.literal("embedding"),
      texts: z.array(text),
      model: text.nullable().default(null),
    }),
  ]),
  cost: tokens,
  deadlineMs: z.number().nullable(),
});

const event: z.ZodType<InferenceEvent> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), text }),
  z.object({
    kind: z.literal("done"),
    finish: z.enum(["stop", "length", "refused"]),
    promptTokens: tokens.nullable(),
    completionTokens: tokens.nullable(),
    model: text.exactOptional(),
  }),
  z.object({ kind: z.literal("embedded"), dimensions: z.int().min(0), vectors: text }),
  z.object({
    kind: z.literal("failed"),
    code: z.enum(errorCodes).catch("model_unavailable"),
    message: text,
    remedy: text.nullable(),
    facts: z.record(text, z.union([text, z.number(), z.boolean()])).catch({}),
  }),
]);

/** A job of another process; null where it is none that this version can read. */
export const readJob = (json: string): InferenceJob | null => read(job, json);

/** An event of another process; null where it is none that this version can read. */
export const readEvent = (json: string): InferenceEvent | null => read(event, json);

function read<T>(schema: z.ZodType<T>, json: string): T | null {
  try {
    return schema.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

/** What is said of a job that the worker cannot read. */
export const unreadable = (): ExpertError =>
  new ExpertError("model_unavailable", "The inference worker cannot read what it was asked.", {
    remedy: "Run the same version in bots, workers and inference workers.",
  });
