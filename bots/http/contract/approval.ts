import { z } from "zod";
import { approvalActions } from "../../../core/approvals/approval-view.ts";
import { approvalReasons, approvalStates } from "../../../core/approvals/approval.ts";
import { answerLengthLimit, reasonLengthLimit } from "../../../core/approvals/write-answer.ts";
import { channelNames } from "../../../core/delivery/channel-name.ts";
import { languages } from "../../../core/text/language.ts";
import { confidenceSchema, proposedAnswerSchema } from "./conversation.ts";

export { answerLengthLimit, reasonLengthLimit };

const decidedSchema = z.object({
  kind: z.enum(["approved", "edited", "corrected", "rejected", "taken_over", "withdrawn"]),
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string().nullable(),
});

const approvalBase = {
  approvalId: z.uuid(),
  state: z.enum(approvalStates),
  version: z.int().describe("Counts every change"),
  why: z.enum(approvalReasons),
  askedBy: z.string().nullable(),
  department: z.string().nullable().describe("Its name, in the question's language"),
  language: z.enum(languages),
  question: z.string(),
  channel: z.enum(channelNames).describe("Where it was asked"),
  confidence: confidenceSchema,
  askedAt: z.iso.datetime(),
  required: z.int().describe("How many must agree on the same words"),
  agreed: z.array(z.string()).describe("Who agrees with the words that stand"),
  decided: decidedSchema.nullable(),
};

export const approvalSchema = z
  .object({
    ...approvalBase,
    turnId: z.uuid(),
    revision: z
      .int()
      .describe("Counts the wordings of the answer; a decision names the one that it is about"),
    answer: proposedAnswerSchema.nullable(),
    calibrated: z
      .object({ probability: z.number().min(0).max(1), labels: z.int() })
      .nullable()
      .describe("How often such a draft was approved as it stood, and by how many decisions that is known"),
    overdueAt: z.iso.datetime().nullable().describe("When others are asked as well"),
    alsoAsked: z.int().describe("How many others wait for the same answer"),
    actions: z.array(z.enum(approvalActions)).describe("What this person may do with it now"),
  })
  .meta({ id: "Approval" });
export type ApprovalDetail = z.infer<typeof approvalSchema>;

export const approvalSummarySchema = z.object(approvalBase).meta({ id: "ApprovalSummary" });
export type ApprovalSummary = z.infer<typeof approvalSummarySchema>;

export const approvalListSchema = z.object({
  items: z.array(approvalSummarySchema),
  nextCursor: z.string().nullable(),
});

export const approvalListQuerySchema = z.object({
  decided: z.enum(["true", "false"]).default("false").describe("The decided ones instead, newest first"),
  cursor: z.iso.datetime().optional().describe("`nextCursor` of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const approvalCountSchema = z
  .object({ waiting: z.int().describe("How many wait for this person") })
  .meta({ id: "ApprovalCount" });

const revision = z.int().min(1).describe("`revision` of the approval as the person read it");
export const decisionSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("approve"), revision }),
    z.strictObject({
      kind: z.literal("edit"),
      revision,
      text: z.string().max(answerLengthLimit + 1_000),
    }),
    z.strictObject({
      kind: z.literal("correct"),
      revision,
      text: z.string().max(answerLengthLimit + 1_000),
    }),
    z.strictObject({
      kind: z.literal("reject"),
      revision,
      reason: z.string().max(reasonLengthLimit).nullable(),
    }),
    z.strictObject({ kind: z.literal("take_over"), revision }),
  ])
  .meta({ id: "Decision" });
export type DecisionRequest = z.infer<typeof decisionSchema>;

/** Server-sent events of `/v1/approvals/stream`, by their `event:`. */
export const approvalEventSchemas = {
  count: approvalCountSchema,
  changed: z.object({ approvalId: z.uuid() }),
  turn: z.object({ turnId: z.uuid(), conversationId: z.uuid() }),
} as const;

const colleagueSchema = z.object({ name: z.string(), email: z.string() });
export const absenceSchema = z
  .object({
    away: z.object({ until: z.iso.datetime(), delegate: colleagueSchema.nullable() }).nullable(),
    colleagues: z.array(colleagueSchema).describe("Who decides in this person's departments as well"),
  })
  .meta({ id: "Absence" });
export type AbsenceView = z.infer<typeof absenceSchema>;
export const setAbsenceSchema = z.strictObject({
  until: z.iso.datetime({ offset: true }),
  delegate: z.email().nullable().describe("The e-mail address of who decides meanwhile"),
});

export const approvalChannelSchema = z
  .strictObject({
    channel: z
      .enum(channelNames)
      .nullable()
      .describe(
        "Where this person gets approvals; null: wherever they are known, Slack before Teams, and else by e-mail",
      ),
  })
  .meta({ id: "ApprovalChannel" });
