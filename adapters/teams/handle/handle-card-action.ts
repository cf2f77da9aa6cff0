import { askFuller } from "../../../core/conversation/ask-fuller.ts";
import { askHuman } from "../../../core/handoff/ask-human.ts";
import { giveBack } from "../../../core/handoff/give-back.ts";
import type { Handoff } from "../../../core/handoff/handoff.ts";
import { takeOver } from "../../../core/handoff/take-over.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import { type HandoffId, isId, type TurnId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { renderHandoffCard } from "../render/handoff-card.ts";
import { cardMessage } from "../render/teams-message.ts";
import { verbs } from "../render/verbs.ts";
import { parseThreadKey, threadKey } from "../thread-key.ts";
import { actOnApproval, approvalActionOf } from "./act-on-approval.ts";
import { escalationActionOf, handleEscalationClick } from "./act-on-escalation.ts";
import { addressOf, ownThread } from "./ask.ts";
import type { Errand, EventOf, TeamsDesk } from "./desk.ts";
import { refusal } from "./explain-error.ts";
import type { HandleTexts } from "./handle-texts.ts";
import { handoffView } from "./handoff-view.ts";
import { personOf } from "./member-profile.ts";
import { directPlace, reachExperts } from "./reach-experts.ts";
import { showEveryone } from "./show-everyone.ts";
import { openPersonalChat, tellQuietly } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { identifyPerson, languageOf } from "./visitor.ts";

interface Click {
  readonly desk: TeamsDesk;
  readonly errand: Errand;
  readonly event: EventOf<"card_action">;
  readonly identity: Identity;
  readonly language: Language;
}

/** A button of a card. Each does its work once, however often it comes. */
export async function handleCardAction(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"card_action">,
): Promise<EventOutcome> {
  const identity = await identifyPerson(desk, errand.event.tenantId, errand.bot, event);
  const click: Click = { desk, errand, event, identity, language: languageOf(event) };
  const onApproval = approvalActionOf(event.verb);
  if (onApproval) {
    await actOnApproval(desk, event, { identity, action: onApproval });
    return "settled";
  }
  const onEscalation = escalationActionOf(event.verb);
  if (onEscalation)
    return await handleEscalationClick(desk, errand, event, { identity, action: onEscalation });
  switch (event.verb) {
    case verbs.askHuman:
      return await requestHuman(click);
    case verbs.takeOver:
    case verbs.giveBack:
      return await moveThread(click, event.verb === verbs.takeOver ? "take" : "give");
    case verbs.showFuller:
      return await showFuller(click);
    case verbs.showEveryone:
      await showEveryone(desk, errand, event, { identity, turnId: subjectOf(event) as TurnId });
      return await done(click, ({ shared }) => shared);
    // Somebody asked a card by hand for what it asks for by itself.
    case verbs.refreshReply:
    case verbs.refreshHandoff:
    case verbs.refreshApproval:
      return "settled";
    default:
      throw refusal("invalid_input", "unknownButton");
  }
}

function subjectOf({ values }: EventOf<"card_action">): string {
  const { id = "" } = values;
  if (!isId(id)) throw refusal("invalid_input", "unknownButton");
  return id;
}

/** Says to the person alone that it is done. What everyone sees of it comes by itself. */
async function done(
  { desk, errand, event, language }: Click,
  say: (words: HandleTexts) => string,
): Promise<"settled"> {
  await tellQuietly(desk, errand, event, say(handleTexts[language]));
  return "settled";
}

async function requestHuman(click: Click): Promise<EventOutcome> {
  const { desk, errand, event, identity } = click;
  const asked = await askHuman(
    { ...desk, experts: reachExperts(desk, errand, event) },
    {
      identity,
      turnId: subjectOf(event) as TurnId,
      outside:
        event.conversationType === "personal" ||
        (await desk.places.readsOutside(errand.event.tenantId, errand.bot, event)),
    },
  );
  // The conversation itself tells who was asked.
  if (asked.fresh) return "settled";
  return await done(click, (words) => words.humanAskedBefore);
}

async function moveThread(click: Click, direction: "take" | "give"): Promise<EventOutcome> {
  const { desk, event, identity } = click;
  const handoffId = subjectOf(event) as HandoffId;
  const place = directPlace(event, personOf(event.userAadId ?? "", event.userMsTenantId));
  const handoff =
    direction === "take"
      ? await takeOver(desk, { identity, handoffId, place })
      : await giveBack(desk, { identity, handoffId });
  const shown = await showState(click, handoff);
  // The card that was clicked says the same.
  if (shown && direction === "take" && handoff.shared) return "settled";
  return await done(click, ({ tookOver, tookOverDirectly, gaveBack, closedRequest }) => {
    if (direction === "take") return handoff.shared ? tookOver : tookOverDirectly;
    return handoff.shared ? gaveBack : closedRequest;
  });
}

/**
 * The card to the expert, with what it has come to; false where it cannot be shown. Cards in the thread itself are notes,
 * and stay.
 */
async function showState(
  { desk, errand: { bot }, event, identity, language }: Click,
  handoff: Handoff,
): Promise<boolean> {
  const { messageId, serviceUrl, conversationId, conversationType, userId } = event;
  if (messageId === null || conversationType !== "personal") return false;
  const view = handoffView(handoff, identity, language);
  const card = cardMessage(renderHandoffCard(view, language, [userId]));
  try {
    await bot.update({ serviceUrl, conversationId }, messageId, card);
    return true;
  } catch (error) {
    desk.logger.info("a card in Teams could not be brought up to date", {
      microsoftTenant: event.msTenantId,
      error,
    });
    return false;
  }
}

/** The fuller answer comes to the chat with the person, as a question of its own there. */
async function showFuller({ desk, errand, event, identity }: Click): Promise<EventOutcome> {
  const { tenantId } = errand.event;
  const turnId = subjectOf(event) as TurnId;
  const turn = await desk.database.withTenant(tenantId, ({ threads }) => threads.turn(turnId));
  if (!(await openPersonalChat(errand.bot, event))) throw refusal("forbidden", "noChat");
  const about = turn?.channel === "teams" ? parseThreadKey(turn.threadKey) : null;
  const teamId = turn?.address["teamId"] ?? event.teamId;
  await askFuller(desk, {
    event: errand.event,
    identity,
    turnId,
    threadKey: threadKey(ownThread(event, errand)),
    address: addressOf({ origin: { ...event, teamId }, messageId: null, about }, turn?.question ?? ""),
  });
  return "accepted";
}
