import { type ExpertError, isExpertError } from "../../../core/errors.ts";
import type { EventHandler, EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { RefusalReason } from "../../../core/identity/refusal-reason.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import type { Language } from "../../../core/text/language.ts";
import { approvalTexts } from "../render/approval-texts.ts";
import { inputIds } from "../render/verbs.ts";
import { keepNotice } from "../install/keep-notice.ts";
import type { PersonalTeamsEvent, TeamsEvent } from "../teams-event.ts";
import type { Errand, TeamsDesk } from "./desk.ts";
import { isForPerson } from "../../../core/inbox/chat-refusals.ts";
import { explainError } from "./explain-error.ts";
import { handleCardAction } from "./handle-card-action.ts";
import { handleFeedback } from "./handle-feedback.ts";
import { handleMessage } from "./handle-message.ts";
import { handleMessageAction } from "./handle-message-action.ts";
import { readTeamsEvent } from "./read-event.ts";
import { writePlain } from "../render/write-markdown.ts";
import { tell, tellPrivately } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { languageOf } from "./visitor.ts";

/** Handles what Teams told: see `EventHandler`. What a person did wrong they are told in their language. */
export function createTeamsHandler(desk: TeamsDesk): EventHandler {
  return {
    async handle(event) {
      const told = readTeamsEvent(event.body);
      if (!told) {
        desk.logger.error("an event of Teams was stored in a way that is not read here", { event: event.id });
        return "settled";
      }
      const errand: Errand = { event, bot: desk.client.bot(told.msTenantId) };
      if (!isPersonal(told)) {
        await keepNotice(desk, errand, told);
        return "settled";
      }
      await desk.keeper.seen(errand.event, told);
      try {
        return await dispatch(desk, errand, told);
      } catch (error) {
        if (!isForPerson(error)) throw error;
        await explain(desk, errand, told, error);
        return "settled";
      }
    },
    async giveUp(event, error) {
      const told = readTeamsEvent(event.body);
      if (!told || !isPersonal(told)) return;
      const errand: Errand = { event, bot: desk.client.bot(told.msTenantId) };
      const language = languageOf(told, writtenIn(told));
      const why = isExpertError(error) && isForPerson(error) ? explainError(error, language) : null;
      await say(desk, errand, told, why ?? handleTexts[language].couldNot);
    },
  };
}

const personalKinds = new Set<TeamsEvent["kind"]>(["message", "card_action", "feedback", "message_action"]);
const isPersonal = (event: TeamsEvent): event is PersonalTeamsEvent => personalKinds.has(event.kind);

function dispatch(desk: TeamsDesk, errand: Errand, event: PersonalTeamsEvent): Promise<EventOutcome> {
  switch (event.kind) {
    case "message":
      return handleMessage(desk, errand, event);
    case "card_action":
      return handleCardAction(desk, errand, event);
    case "feedback":
      return handleFeedback(desk, errand, event);
    case "message_action":
      return handleMessageAction(desk, errand, event);
  }
}

async function explain(
  desk: TeamsDesk,
  errand: Errand,
  event: PersonalTeamsEvent,
  error: ExpertError,
): Promise<void> {
  try {
    const language = languageOf(event, writtenIn(event));
    await say(desk, errand, event, explainError(error, language), apartFrom(desk, event, error, language));
  } catch (fault) {
    if (!isExpertError(fault, "channel_refused")) throw fault;
    desk.logger.warn("a person could not be told in Teams what went wrong", {
      microsoftTenant: event.msTenantId,
      error,
    });
  }
}

/** Below what somebody wrote for all to see; what came of a click or a form goes to them alone where that is possible. */
async function say(
  desk: TeamsDesk,
  errand: Errand,
  event: PersonalTeamsEvent,
  text: string,
  rest: readonly string[] = [],
): Promise<void> {
  const markdown = [writePlain(text), ...rest].join("\n\n");
  if (event.kind !== "message" && (await tellPrivately(desk, errand, event, markdown))) return;
  await tell(desk, errand, event, markdown);
}

/**
 * As Markdown: where the policy wants a recent sign-in of whoever decides, where that is; and what somebody wrote who could
 * not send it, since the card is drawn anew.
 */
function apartFrom(
  { approvalUrl }: TeamsDesk,
  event: PersonalTeamsEvent,
  { facts }: ExpertError,
  language: Language,
): readonly string[] {
  const { id = "", ...values } = valuesOf(event);
  const url = facts["reason"] === ("approval_sign_in" satisfies RefusalReason) ? approvalUrl(id) : null;
  const address = url === null ? null : linkAddress(url);
  const words = approvalTexts[language];
  const written = typed.map((input) => values[input] ?? "").find((text) => text !== "");
  return [
    ...(address === null ? [] : [writePlain(words.signIn, address)]),
    ...(written === undefined ? [] : [words.yourWords, writePlain(written)]),
  ];
}

/** What people write on cards and in forms, and cannot be had back from there. */
const typed = [
  inputIds.edited,
  inputIds.correction,
  inputIds.escalationComment,
  inputIds.escalationAnswer,
] as const;

const valuesOf = (event: PersonalTeamsEvent): Readonly<Record<string, string>> =>
  event.kind === "card_action" || event.kind === "message_action" ? event.values : {};

function writtenIn(event: PersonalTeamsEvent): string {
  if (event.kind === "message") return event.message.text;
  return event.kind === "message_action" ? (event.about?.text ?? "") : "";
}
