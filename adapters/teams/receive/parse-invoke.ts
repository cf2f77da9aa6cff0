import { z } from "zod";
import { id, maybeId, maybeText, type OnMalformed, readFields } from "../../../core/inbox/payload-fields.ts";
import type { TeamsEvent, TeamsInquiry, TeamsOrigin, TeamsQuotedMessage } from "../teams-event.ts";
import { inputValues, inputValuesOfText } from "./input-values.ts";
import { plainText } from "./plain-text.ts";

/** What an invoke asks for: something to be done, or to be shown at once. */
export type ParsedInvoke =
  | { readonly kind: "event"; readonly event: TeamsEvent }
  | { readonly kind: "inquiry"; readonly inquiry: TeamsInquiry };

type ParseInvoke = (value: unknown, origin: TeamsOrigin, onMalformed: OnMalformed) => ParsedInvoke | null;

const executeSchema = z.object({
  action: z.object({ verb: maybeText, data: z.unknown().optional() }),
  trigger: maybeId,
});

const parseExecute: ParseInvoke = (value, origin, onMalformed) => {
  const execute = readFields(executeSchema, value, onMalformed);
  if (!execute) return null;
  // The data names the verb as well, for clients that know `Action.Submit` alone.
  const { verb: verbOfData = "", ...values } = inputValues(execute.action.data);
  const verb = execute.action.verb || verbOfData;
  const told = { ...origin, verb, values, messageId: origin.replyToId };
  return execute.trigger === "automatic"
    ? { kind: "inquiry", inquiry: { ...told, kind: "refresh_card" } }
    : { kind: "event", event: { ...told, kind: "card_action", by: "execute" } };
};

const reactionSchema = z.object({ reaction: z.enum(["like", "dislike"]), feedback: z.unknown().optional() });
const feedbackSchema = z.object({ actionName: z.literal("feedback"), actionValue: reactionSchema });
/** Teams wraps it; some of its clients do not. */
const openFeedbackSchema = z.union([z.object({ data: feedbackSchema }), feedbackSchema]);

const parseFeedback: ParseInvoke = (value, origin, onMalformed) => {
  const feedback = readFields(feedbackSchema, value, onMalformed)?.actionValue;
  if (!feedback) return null;
  const values = inputValuesOfText(feedback.feedback);
  const { reaction } = feedback;
  return {
    kind: "event",
    event: { ...origin, kind: "feedback", reaction, values, messageId: origin.replyToId },
  };
};

const parseOpenFeedback: ParseInvoke = (value, origin, onMalformed) => {
  const opened = readFields(openFeedbackSchema, value, onMalformed);
  if (!opened) return null;
  const { reaction } = ("data" in opened ? opened.data : opened).actionValue;
  return {
    kind: "inquiry",
    inquiry: { ...origin, kind: "open_feedback", reaction, messageId: origin.replyToId },
  };
};

const count = z.number().int().min(0).max(1_000).nullish();
const searchSchema = z.object({
  commandId: id,
  parameters: z.array(z.object({ name: maybeText, value: z.unknown().optional() })).nullish(),
  queryOptions: z.object({ skip: count, count }).nullish(),
});
/** As many as Teams asks for by itself. */
const usualCount = 25;

const parseSearch: ParseInvoke = (value, origin, onMalformed) => {
  const search = readFields(searchSchema, value, onMalformed);
  if (!search) return null;
  const typed = search.parameters?.find(({ name }) => name !== "initialRun")?.value;
  const query = maybeText.safeParse(typed).data ?? "";
  const { skip, count: wanted } = search.queryOptions ?? {};
  return {
    kind: "inquiry",
    inquiry: {
      ...origin,
      kind: "search",
      commandId: search.commandId,
      query: query.trim(),
      skip: skip ?? 0,
      count: wanted ?? usualCount,
    },
  };
};

const quotedSchema = z.object({
  id,
  body: z.object({ contentType: maybeId, content: maybeText }).nullish(),
  from: z.object({ user: z.object({ id: maybeId, displayName: maybeId }).nullish() }).nullish(),
});
const actionSchema = z.object({
  commandId: id,
  messagePayload: quotedSchema.nullish(),
  data: z.unknown().optional(),
});

const parseOpenAction: ParseInvoke = (value, origin, onMalformed) => {
  const action = readFields(actionSchema, value, onMalformed);
  if (!action) return null;
  const { commandId } = action;
  const about = quoted(action.messagePayload, origin);
  return { kind: "inquiry", inquiry: { ...origin, kind: "open_message_action", commandId, about } };
};

const parseAction: ParseInvoke = (value, origin, onMalformed) => {
  const action = readFields(actionSchema, value, onMalformed);
  if (!action) return null;
  const { commandId, data } = action;
  const about = quoted(action.messagePayload, origin);
  return {
    kind: "event",
    event: { ...origin, kind: "message_action", commandId, values: inputValues(data), about },
  };
};

function quoted(
  message: z.output<typeof quotedSchema> | null | undefined,
  { conversationId }: TeamsOrigin,
): TeamsQuotedMessage | null {
  if (!message) return null;
  const content = message.body?.content ?? "";
  return {
    id: message.id,
    text: message.body?.contentType === "html" ? plainText(content) : content,
    fromAadId: message.from?.user?.id?.toLowerCase() ?? null,
    fromName: message.from?.user?.displayName ?? null,
    conversationId,
  };
}

/** By the invoke's name. */
export const invokeParsers: ReadonlyMap<string, ParseInvoke> = new Map<string, ParseInvoke>([
  ["adaptiveCard/action", parseExecute],
  ["message/submitAction", parseFeedback],
  ["message/fetchTask", parseOpenFeedback],
  ["composeExtension/query", parseSearch],
  ["composeExtension/fetchTask", parseOpenAction],
  ["composeExtension/submitAction", parseAction],
]);
