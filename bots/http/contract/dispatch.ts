import { z } from "zod";

/** What is to be done in an outside system; a webhook's is `webhook`, with its event beside it. */
export const dispatchKinds = [
  "ticket_create",
  "ticket_comment",
  "ticket_transition",
  "page_trigger",
  "page_acknowledge",
  "page_resolve",
  "page_note",
  "page_responders",
  "webhook",
] as const;

export const dispatchSchema = z
  .object({
    id: z.uuid(),
    connection: z.object({ id: z.uuid(), name: z.string() }),
    kind: z.enum(dispatchKinds),
    event: z.string().nullable().describe("Of a webhook: what it tells of"),
    state: z.enum(["pending", "done", "dead"]),
    attempts: z.int(),
    lastError: z.string().nullable(),
    nextAttemptAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Dispatch" });
export type DispatchView = z.infer<typeof dispatchSchema>;

export const dispatchListSchema = z.object({
  items: z.array(dispatchSchema),
  nextCursor: z.string().nullable(),
});

export const dispatchListQuerySchema = z.object({
  state: z.enum(["pending", "dead"]).default("dead"),
  connection: z.uuid().optional().describe("Of this connection alone"),
  cursor: z.string().max(200).optional().describe("`nextCursor` of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const redeliveredSchema = z
  .object({ redelivered: z.int().describe("How many are tried again") })
  .meta({ id: "Redelivered" });
