import { type OnMalformed, readFields } from "../../../core/inbox/payload-fields.ts";
import type { ParsedTeamsEvent, TeamsEvent, TeamsInquiry } from "../teams-event.ts";
import { invokeParsers } from "./parse-invoke.ts";
import { parseMessage } from "./parse-message.ts";
import { parseConversationUpdate, parseInstallation } from "./parse-notice.ts";
import { activitySchema, originOf } from "./parse-origin.ts";

/** What an activity asks of the bot. */
export type ParsedActivity =
  /** Teams waits for an answer where it is an `invoke`. */
  | ({ readonly kind: "event"; readonly invoke: boolean } & ParsedTeamsEvent)
  | { readonly kind: "inquiry"; readonly inquiry: TeamsInquiry }
  /** Teams waits for what is not offered here. */
  | { readonly kind: "unknown_invoke" };

const kinds: ReadonlySet<unknown> = new Set([
  "message",
  "messageUpdate",
  "invoke",
  "installationUpdate",
  "conversationUpdate",
]);

/** Reads a verified activity; null where it asks for nothing, as reactions and typing. Pure. */
export function parseActivity(body: object, onMalformed: OnMalformed): ParsedActivity | null {
  if (!("type" in body) || !kinds.has(body.type)) return null;
  const activity = readFields(activitySchema, body, onMalformed);
  if (!activity) return null;
  const origin = originOf(activity);
  if (!origin) {
    onMalformed("conversation.tenantId (missing or ambiguous)");
    return null;
  }
  const { type, id } = activity;
  if (type === "message" || type === "messageUpdate") {
    const parsed = parseMessage(activity, origin, type === "messageUpdate", onMalformed);
    return parsed && { kind: "event", invoke: false, ...parsed };
  }
  const identified = (event: TeamsEvent | null, mark: string): ParsedActivity | null => {
    if (!event) return null;
    if (id === null) {
      onMalformed("id (missing)");
      return null;
    }
    const eventId = `${mark}-${origin.conversationId}-${id}`;
    return { kind: "event", invoke: mark === "invoke", eventId, event };
  };
  switch (type) {
    case "installationUpdate":
      return identified(parseInstallation(activity, origin, onMalformed), "notice");
    case "conversationUpdate":
      return identified(parseConversationUpdate(activity, origin, onMalformed), "notice");
    default: {
      const parse = invokeParsers.get(activity.name ?? "");
      if (!parse) return { kind: "unknown_invoke" };
      const invoke = parse(activity["value"], origin, onMalformed);
      return invoke?.kind === "event" ? identified(invoke.event, "invoke") : invoke;
    }
  }
}
