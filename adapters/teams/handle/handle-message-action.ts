import { validQuestion } from "../../../core/conversation/valid-question.ts";
import { chosenDepartment } from "../../../core/identity/askable-departments.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import { answerPlaces, commandIds, inputIds } from "../render/verbs.ts";
import { writePlain } from "../render/write-markdown.ts";
import { addToTicket } from "./act-on-escalation.ts";
import { askFromTeams, ownThread, threadOf } from "./ask.ts";
import type { Errand, EventOf, TeamsDesk } from "./desk.ts";
import { heldBy, refusal } from "./explain-error.ts";
import { findThread } from "./find-thread.ts";
import { originOfMessage } from "./origin-of-message.ts";
import { showQuestion } from "./show-question.ts";
import { openPersonalChat } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { assertMayAsk, identifyPerson, languageOf } from "./visitor.ts";

/** The form of a message's command was sent. */
export async function handleMessageAction(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"message_action">,
): Promise<EventOutcome> {
  switch (event.commandId) {
    case commandIds.askAboutMessage:
      return await askAboutMessage(desk, errand, event);
    case commandIds.addToTicket:
      return await addToTicket(desk, errand, event);
    default:
      throw refusal("invalid_input", "unknownButton");
  }
}

/** "Ask The Expert": answers in the message's conversation, or in the chat with the person. */
async function askAboutMessage(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"message_action">,
): Promise<EventOutcome> {
  const { tenantId } = errand.event;
  const { values } = event;
  const identity = await identifyPerson(desk, tenantId, errand.bot, event);
  assertMayAsk(identity);
  const text = validQuestion(values[inputIds.question] ?? "");
  const origin = originOfMessage(event);
  const common = {
    origin,
    identity,
    text,
    files: [],
    departmentId: chosenDepartment(identity, values[inputIds.department]),
    messageId: null,
  };
  const thread = threadOf(origin);
  if (values[inputIds.answerWhere] === answerPlaces.thread) {
    const known = await findThread(desk, errand, thread);
    if (known?.heldBy) throw heldBy(known.heldBy.name);
    const placeScope = await desk.places.scopeOf(tenantId, errand.bot, origin, identity.departments);
    const said = handleTexts[languageOf(event, text)].askedAboutMessage(writePlain(identity.member.name));
    await showQuestion(desk, errand, origin, { said, question: text });
    await askFromTeams(desk, errand, { ...common, thread, placeScope, about: null });
  } else {
    if (!(await openPersonalChat(errand.bot, event))) throw refusal("forbidden", "noChat");
    await askFromTeams(desk, errand, {
      ...common,
      thread: ownThread(event, errand),
      placeScope: null,
      about: event.conversationType === "personal" ? null : thread,
    });
  }
  return "accepted";
}
