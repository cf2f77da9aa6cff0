import { actOnEscalation } from "../../../core/escalation/act.ts";
import { commentInThread } from "../../../core/escalation/comment-in-thread.ts";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import type { EscalationAction } from "../../../core/escalation/escalation-view.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import { type EscalationId, isId } from "../../../core/ids.ts";
import { escalationVerbs, inputIds } from "../render/verbs.ts";
import { threadKey } from "../thread-key.ts";
import { threadOf } from "./ask.ts";
import type { Errand, EventOf, TeamsDesk } from "./desk.ts";
import { refusal } from "./explain-error.ts";
import { originOfMessage } from "./origin-of-message.ts";
import { tellQuietly } from "./tell.ts";
import { identifyPerson, languageOf } from "./visitor.ts";

const actions = new Map<string, EscalationAction>(
  Object.entries(escalationVerbs).map(([action, verb]) => [verb, action as EscalationAction]),
);

/** What a click on an escalation's card does; undefined for any other verb. */
export const escalationActionOf = (verb: string): EscalationAction | undefined => actions.get(verb);

/**
 * Does what somebody clicked on an escalation's card, or wrote there. The core brings the card up to date; of what no card
 * shows, the person is told. Throws what `actOnEscalation` throws.
 */
export async function handleEscalationClick(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"card_action">,
  { identity, action }: { readonly identity: Identity; readonly action: EscalationAction },
): Promise<EventOutcome> {
  const { id = "" } = event.values;
  if (!isId(id)) throw refusal("invalid_input", "unknownButton");
  const about = { identity, escalationId: id as EscalationId };
  switch (action) {
    case "acknowledge":
    case "resolve":
      await actOnEscalation(desk.escalations, { ...about, act: { kind: action } });
      return "settled";
    case "comment":
    case "answer": {
      const input = action === "comment" ? inputIds.escalationComment : inputIds.escalationAnswer;
      const text = event.values[input] ?? "";
      await actOnEscalation(desk.escalations, { ...about, act: { kind: action, text } });
      await tellQuietly(desk, errand, event, escalationTexts[languageOf(event, text)].done[action]);
      return "settled";
    }
  }
}

/** The form of "Add to the ticket" was sent: its words become a comment to what the message's conversation was escalated to. */
export async function addToTicket(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"message_action">,
): Promise<EventOutcome> {
  const identity = await identifyPerson(desk, errand.event.tenantId, errand.bot, event);
  await commentInThread(desk.escalations, {
    identity,
    threadKey: threadKey(threadOf(originOfMessage(event))),
    text: event.values[inputIds.escalationComment] ?? "",
    // The form named them before.
    writtenBy: null,
  });
  return "settled";
}
