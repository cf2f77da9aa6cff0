import { z } from "zod";
import { channelNames } from "../../../core/delivery/channel-name.ts";
import { escalationActions } from "../../../core/escalation/escalation-view.ts";
import { escalationStates, linkStates } from "../../../core/escalation/escalation.ts";
import { escalationTriggers, severities } from "../../../core/escalation/trigger.ts";
import { languages } from "../../../core/text/language.ts";

export { escalationStates, escalationTriggers, severities };

/** A comment or an answer, in characters. */
export const escalationTextLimit = 20_000;

const linkSchema = z
  .object({
    kind: z.enum(["ticket", "page"]),
    system: z.enum(["jira", "servicenow", "pagerduty"]),
    state: z.enum(linkStates),
    name: z.string().nullable().describe("As people call it; null until it is made"),
    url: z.string().nullable(),
    status: z.string().nullable().describe("The vendor's word for its state"),
    assignees: z.array(z.string()).nullable().describe("Null where this person may not know names"),
    resolution: z.string().nullable(),
    madeAt: z.iso.datetime().nullable().describe("When it was made; when somebody was paged"),
    error: z.string().nullable().describe("Why it could not be made, or was needless"),
    needless: z.boolean().describe("Nobody was paged, since somebody had it in hand or settled before"),
  })
  .meta({ id: "EscalationLink" });
export type EscalationLinkView = z.infer<typeof linkSchema>;

const byAt = z.object({ by: z.string().nullable(), at: z.iso.datetime() }).nullable();

const escalationBase = {
  escalationId: z.uuid(),
  state: z.enum(escalationStates),
  version: z.int().describe("Counts every change"),
  severity: z.enum(severities),
  triggers: z.array(z.enum(escalationTriggers)).describe("Why it was raised, newest last"),
  question: z.string(),
  department: z.string().nullable().describe("Its name, in the question's language"),
  askedBy: z.string().nullable(),
  language: z.enum(languages),
  channel: z.enum(channelNames).describe("Where it was asked"),
  raisedAt: z.iso.datetime(),
  acknowledged: byAt,
  resolved: byAt,
  links: z.array(linkSchema),
};

export const escalationSummarySchema = z.object(escalationBase).meta({ id: "EscalationSummary" });
export type EscalationSummary = z.infer<typeof escalationSummarySchema>;

export const escalationSchema = z
  .object({
    ...escalationBase,
    raised: z.array(
      z.object({
        trigger: z.enum(escalationTriggers),
        at: z.iso.datetime(),
      }),
    ),
    approvalId: z.uuid().nullable(),
    conversationId: z.uuid().nullable().describe("For whoever asked: others cannot open it"),
    answerWanted: z.boolean().describe("Whoever resolved it was asked for the answer"),
    undelivered: z.int().describe("Calls to outside systems that are still to be made"),
    actions: z.array(z.enum(escalationActions)).describe("What this person may do with it now"),
  })
  .meta({ id: "Escalation" });
export type EscalationDetail = z.infer<typeof escalationSchema>;

export const escalationListSchema = z.object({
  items: z.array(escalationSummarySchema),
  nextCursor: z.string().nullable(),
});

export const escalationListQuerySchema = z.object({
  state: z.enum(escalationStates).optional().describe("Of this state alone"),
  department: z.string().max(100).optional().describe("The slug of a department; absent: of all"),
  cursor: z.string().max(200).optional().describe("`nextCursor` of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

const text = z.string().trim().min(1).max(escalationTextLimit);
export const escalationActSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("acknowledge") }),
    z.strictObject({ kind: z.literal("resolve") }),
    z.strictObject({ kind: z.literal("comment"), text }),
    z.strictObject({ kind: z.literal("answer"), text }),
  ])
  .meta({ id: "EscalationAct" });
export type EscalationAct = z.infer<typeof escalationActSchema>;

/** What the asker sees of it in their conversation. */
export const turnEscalationSchema = z
  .object({
    escalationId: z.uuid(),
    state: z.enum(escalationStates),
    acknowledged: byAt,
    resolved: byAt,
    links: z.array(linkSchema),
  })
  .meta({ id: "TurnEscalation" });
export type TurnEscalation = z.infer<typeof turnEscalationSchema>;
