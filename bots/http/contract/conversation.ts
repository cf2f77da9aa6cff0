import { z } from "zod";
import { confidenceLevels, confidenceReasonCodes } from "../../../core/answering/confidence.ts";
import { feedbackReasonLength } from "../../../core/conversation/feedback-length.ts";
import { turnStates } from "../../../core/conversation/turn.ts";
import { errorCodes } from "../../../core/errors.ts";
import { languages } from "../../../core/text/language.ts";
import { turnEscalationSchema } from "./escalation.ts";

export { questionLengthLimit } from "../../../core/conversation/question-length.ts";

export const citationSchema = z
  .object({
    number: z.int().min(1).describe("Stands as `[n]` in the text"),
    passageId: z.uuid(),
    documentId: z.uuid(),
    title: z.string(),
    headingPath: z.array(z.string()),
    page: z.int().nullable(),
    quote: z.string().describe("The words of the passage that the answer rests on"),
  })
  .meta({ id: "Citation" });
export type CitationView = z.infer<typeof citationSchema>;

export const proposedAnswerSchema = z.object({
  text: z.string().describe("Markdown with `[n]` marks"),
  citations: z.array(citationSchema),
  answeredBy: z.string().describe("`extractive`, `human`, or the model's name"),
});

export const confidenceSchema = z
  .object({
    value: z.number().min(0).max(1),
    level: z.enum(confidenceLevels),
    reasons: z.array(
      z.object({
        code: z.enum(confidenceReasonCodes),
        effect: z.enum(["for", "against"]),
        facts: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    ),
  })
  .meta({ id: "Confidence" });

const replyBase = {
  turnId: z.uuid(),
  language: z.enum(languages),
  text: z.string(),
  confidence: confidenceSchema,
};
export const replySchema = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("answer"),
      ...replyBase,
      citations: z.array(citationSchema),
      answeredBy: z.string().describe("`extractive`, `human`, or the model's name"),
      verified: z
        .object({
          approvalId: z.uuid(),
          by: z.string().nullable(),
          at: z.iso.datetime(),
          known: z.literal(true).optional(),
          corrects: z.literal(true).optional(),
        })
        .optional()
        .describe("Who has approved it; absent where nobody has"),
    }),
    z.object({
      kind: z.literal("pending"),
      ...replyBase,
      approvalId: z.uuid().describe("What an expert decides; the answer comes in the same conversation"),
      draft: proposedAnswerSchema.optional().describe("Not checked by anybody yet"),
    }),
    z.object({
      kind: z.literal("not_found"),
      ...replyBase,
      nearest: z.array(
        z.object({
          documentId: z.uuid(),
          passageId: z.uuid(),
          title: z.string(),
          headingPath: z.array(z.string()),
        }),
      ),
    }),
  ])
  .meta({ id: "Reply" });
export type ReplyView = z.infer<typeof replySchema>;

export const failureSchema = z
  .object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string().nullable() })
  .meta({ id: "Failure" });

export const feedbackSchema = z
  .strictObject({ verdict: z.enum(["up", "down"]), reason: z.string().max(feedbackReasonLength).nullable() })
  .meta({ id: "Feedback" });

export const turnSchema = z
  .object({
    id: z.uuid(),
    conversationId: z.uuid(),
    question: z.string(),
    state: z.enum(turnStates),
    departmentId: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
    reply: replySchema.nullable(),
    progress: z
      .object({
        step: z.enum(["asked", "asked_others", "escalated", "nobody_decided", "taken_over"]),
        by: z.string().nullable().describe("Who has taken it over"),
      })
      .nullable()
      .describe("How far its approval has come; null where it waits for none"),
    escalation: turnEscalationSchema
      .nullable()
      .describe("Where nobody has settled it: how its ticket and its incident stand"),
    failure: failureSchema.nullable(),
    feedback: feedbackSchema.nullable(),
  })
  .meta({ id: "Turn" });
export type TurnView = z.infer<typeof turnSchema>;

export const askSchema = z
  .strictObject({
    question: z.string(),
    departmentId: z.uuid().nullable().optional().describe("Null or absent: the expert chooses"),
    conversationId: z.uuid().optional().describe("Absent: a new conversation begins"),
    eventId: z
      .string()
      .regex(/^[\w-]{8,64}$/)
      .optional()
      .describe("Chosen by the client: asking again with the same one answers once"),
  })
  .meta({ id: "Ask" });

export const acceptedTurnSchema = z
  .object({ turnId: z.uuid(), conversationId: z.uuid() })
  .meta({ id: "AcceptedTurn", description: "Watch it at /v1/turns/{turnId}/events" });

/** Server-sent events of a turn: `event:` is the kind, `id:` the sequence, `data:` one of these. */
export const streamEventSchemas = {
  accepted: acceptedTurnSchema,
  state: z.object({ kind: z.literal("state"), state: z.enum(turnStates) }),
  waiting: z.object({
    kind: z.literal("waiting"),
    place: z
      .int()
      .min(0)
      .describe(
        "The model is busy: about so many questions are before this one. Never after text, and no promise",
      ),
  }),
  text: z.object({ kind: z.literal("text"), text: z.string().describe("To append") }),
  reply: z.object({ kind: z.literal("reply"), reply: replySchema }),
  error: z.object({ kind: z.literal("error"), ...failureSchema.shape }),
} as const;

export const conversationSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    departmentId: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Conversation" });
export type ConversationView = z.infer<typeof conversationSchema>;

export const conversationListSchema = z.object({
  items: z.array(conversationSchema),
  nextCursor: z.string().nullable(),
});
export const conversationDetailSchema = z.object({
  conversation: conversationSchema,
  turns: z.array(turnSchema),
});
export const renameSchema = z.strictObject({ title: z.string().trim().min(1).max(120) });
