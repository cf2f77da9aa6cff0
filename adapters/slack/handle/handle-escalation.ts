import { actOnEscalation } from "../../../core/escalation/act.ts";
import { commentInThread } from "../../../core/escalation/comment-in-thread.ts";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import { findEscalation } from "../../../core/escalation/find-escalation.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { EscalationId } from "../../../core/ids.ts";
import { readEscalationClick } from "../render/escalation-actions.ts";
import { messageOf } from "../render/message.ts";
import { quoted } from "../render/quoted.ts";
import { section } from "../render/split-blocks.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { threadKey } from "../thread-key.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import {
  escalationForm,
  loadingEscalation,
  readEscalationPlace,
  refusedEscalation,
  type WrittenAct,
} from "./escalation-forms.ts";
import { isForPerson } from "../../../core/inbox/chat-refusals.ts";
import { explainError, refusal } from "./explain-error.ts";
import { inputIds } from "./form-ids.ts";
import { readQuestion } from "./read-question.ts";
import { plainMessage, tell, tellQuietly } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { identifyPerson, languageOf } from "./visitor.ts";

/** As much of what somebody wrote in vain is given back as a section holds. */
const givenBack = 2_500;

/** A button of an escalation's card, or of the wish for an answer. The card itself then shows how it stands. */
export async function handleEscalationClick(
  desk: Desk,
  errand: Errand,
  event: EventOf<"click">,
): Promise<EventOutcome> {
  const click = readEscalationClick(event.actionId, event.value);
  if (!click) throw refusal("invalid_input", "unknownButton");
  const { action, escalationId } = click;
  if (action === "comment" || action === "answer")
    return await openForm(desk, errand, event, { act: action, escalationId });
  const identity = await identifyPerson(desk, errand.workspace, event);
  // What it throws is told to the person alone, where they clicked.
  await actOnEscalation(desk.escalations, { identity, escalationId, act: { kind: action } });
  return "settled";
}

/** The form at once, since the click may be answered for three seconds only; its fields when it is known what it is about. */
async function openForm(
  desk: Desk,
  { workspace }: Errand,
  event: EventOf<"click">,
  { act, escalationId }: { readonly act: WrittenAct; readonly escalationId: EscalationId },
): Promise<EventOutcome> {
  const { userId, triggerId, channelId, threadTs } = event;
  const language = await languageOf(desk, workspace, userId);
  const viewId = await workspace.views.openModal(triggerId, loadingEscalation(act, language));
  try {
    const { member } = await identifyPerson(desk, workspace, event);
    const escalation = await findEscalation(desk, member.tenantId, escalationId);
    const place = { act, escalationId, channelId, threadTs };
    await workspace.views.updateModal(viewId, escalationForm(place, escalation.question, language));
  } catch (error) {
    // Another attempt could not open a form any more.
    if (!isForPerson(error)) desk.logger.warn("a form about an escalation could not be filled", { error });
    const why = isForPerson(error) ? explainError(error, language) : handleTexts[language].couldNot;
    await workspace.views.updateModal(viewId, refusedEscalation(act, language, why));
  }
  return "settled";
}

/** A comment or an answer. Where it does not count, they get their words back. */
export async function handleEscalationForm(
  desk: Desk,
  { workspace }: Errand,
  event: EventOf<"form">,
): Promise<EventOutcome> {
  const place = readEscalationPlace(event.privateMetadata);
  if (!place) throw refusal("invalid_input", "unknownButton");
  const { act, escalationId, channelId, threadTs } = place;
  const { userId } = event;
  const text = event.values[inputIds.escalationText] ?? "";
  const language = await languageOf(desk, workspace, userId);
  const teller = { userId, channelId, threadTs, responseUrl: null };
  try {
    const identity = await identifyPerson(desk, workspace, event);
    await actOnEscalation(desk.escalations, { identity, escalationId, act: { kind: act, text } });
  } catch (error) {
    if (!isForPerson(error)) throw error;
    const blocks = [
      section(writePlain(explainError(error, language))),
      ...(text === "" ? [] : [section(`${escalationTexts[language].youWrote}\n${quoted(text, givenBack)}`)]),
    ];
    await tell(desk, workspace, teller, messageOf(blocks));
    return "settled";
  }
  await tellQuietly(desk, workspace, teller, plainMessage(escalationTexts[language].done[act]));
  return "settled";
}

/** The message shortcut: what a message says is added to the ticket of its thread, as a comment. */
export async function addToTicket(
  desk: Desk,
  { workspace }: Errand,
  event: EventOf<"shortcut">,
): Promise<EventOutcome> {
  const { message, channelId, userId, responseUrl } = event;
  const identity = await identifyPerson(desk, workspace, event);
  const threadTs = message.threadTs ?? message.ts;
  const [text, writtenBy] = await Promise.all([
    readQuestion(desk, workspace, message.text),
    message.userId === null || message.userId === userId
      ? null
      : desk.directory.person(workspace, message.userId).then(
          ({ name }) => name,
          () => null,
        ),
  ]);
  await commentInThread(desk.escalations, {
    identity,
    threadKey: threadKey({ kind: "thread", workspaceId: workspace.installationId, channelId, threadTs }),
    text,
    writtenBy,
  });
  const language = await languageOf(desk, workspace, userId, message.text);
  await tellQuietly(
    desk,
    workspace,
    { userId, channelId, threadTs: message.threadTs, responseUrl },
    plainMessage(escalationTexts[language].done.comment),
  );
  return "settled";
}
