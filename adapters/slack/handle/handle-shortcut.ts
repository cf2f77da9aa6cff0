import { isExpertError } from "../../../core/errors.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import { detectLanguage } from "../../../core/text/language.ts";
import { askForm, type AskAbout, filesKept, loadingForm, refusedForm } from "./ask-form.ts";
import { askableDepartments } from "../../../core/identity/askable-departments.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { isForPerson } from "../../../core/inbox/chat-refusals.ts";
import { explainError } from "./explain-error.ts";
import { callbackIds } from "./form-ids.ts";
import { addToTicket } from "./handle-escalation.ts";
import { readQuestion } from "./read-question.ts";
import { handleTexts } from "./texts.ts";
import { assertMayAsk, identifyPerson, languageOf } from "./visitor.ts";

/** A message shortcut; of a later version of the app there may be others. */
export async function handleShortcut(
  desk: Desk,
  errand: Errand,
  event: EventOf<"shortcut">,
): Promise<EventOutcome> {
  switch (event.callbackId) {
    case callbackIds.askAboutMessage:
      return await offerForm(desk, errand, event);
    case callbackIds.addToTicket:
      return await addToTicket(desk, errand, event);
    default:
      return "settled";
  }
}

/**
 * Opens a form at once, since the click may be answered for three seconds only, and fills it when it is known who asks and
 * where.
 */
async function offerForm(desk: Desk, errand: Errand, event: EventOf<"shortcut">): Promise<EventOutcome> {
  const { workspace } = errand;
  const { message, channelId, userId } = event;
  const opening = workspace.views.openModal(event.triggerId, loadingForm(detectLanguage(message.text)));
  const [viewId, language] = await Promise.all([opening, languageOf(desk, workspace, userId, message.text)]);
  try {
    const identity = await identifyPerson(desk, workspace, event);
    assertMayAsk(identity);
    const about: AskAbout = {
      channelId,
      ts: message.ts,
      threadTs: message.threadTs,
      fileIds: message.files.slice(0, filesKept).map(({ id }) => id),
      responseUrl: event.responseUrl,
    };
    const [question, inThread] = await Promise.all([
      readQuestion(desk, workspace, message.text),
      isJoined(errand, channelId),
    ]);
    const departments = askableDepartments(identity);
    await workspace.views.updateModal(viewId, askForm(about, { question, departments, language, inThread }));
  } catch (error) {
    // Another attempt could not open a form any more.
    if (!isForPerson(error)) desk.logger.warn("a form to ask could not be filled", { error });
    const text = isForPerson(error) ? explainError(error, language) : handleTexts[language].couldNot;
    await workspace.views.updateModal(viewId, refusedForm(language, text));
  }
  return "settled";
}

/** Where Slack does not tell of the channel, the bot is not in it. */
async function isJoined({ workspace }: Errand, channelId: string): Promise<boolean> {
  try {
    return (await workspace.places.channel(channelId)).joined;
  } catch (error) {
    if (isExpertError(error)) return false;
    throw error;
  }
}
