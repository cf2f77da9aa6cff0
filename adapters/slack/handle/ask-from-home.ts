import { validQuestion } from "../../../core/conversation/valid-question.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import { messageOf } from "../render/message.ts";
import { section } from "../render/split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { askFromSlack } from "./ask.ts";
import { chosenDepartment } from "../../../core/identity/askable-departments.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { inputIds } from "./form-ids.ts";
import { refreshHome } from "./open-home.ts";
import { handleTexts } from "./texts.ts";
import { assertMayAsk, languageOf } from "./visitor.ts";

const longestShown = 2_500;

/**
 * The field to ask on the Home tab: the question is shown in the direct messages with the person, once, and answered in
 * its thread there.
 */
export async function askFromHome(
  desk: Desk,
  errand: Errand,
  event: EventOf<"click">,
  identity: Identity,
): Promise<EventOutcome> {
  const { workspace } = errand;
  const { userId, values } = event;
  assertMayAsk(identity);
  const typed =
    event.actionId === inputIds.homeQuestion ? event.value : (values[inputIds.homeQuestion] ?? "");
  const text = validQuestion(typed);
  const language = await languageOf(desk, workspace, userId, text);
  const words = handleTexts[language];
  const channelId = await workspace.messages.openDirect(userId);
  const shown = writePlain(shorten(text, longestShown)).replaceAll(/^/gm, "> ");
  const ts = await workspace.messages.postOnce(
    { channelId, threadTs: null },
    messageOf([section(`${words.youAsked}\n${shown}`)]),
    { key: `question-${errand.event.id}`, since: null, again: errand.event.attempt > 1 },
  );
  await askFromSlack(desk, errand, {
    person: event,
    identity,
    text,
    files: [],
    departmentId: chosenDepartment(identity, values[inputIds.homeDepartment]),
    thread: { kind: "thread", workspaceId: workspace.installationId, channelId, threadTs: ts },
    placeScope: null,
    ts,
    responseUrl: null,
  });
  await refreshHome(desk, errand, { userId, identity, notice: words.homeAsked, emptied: true });
  return "accepted";
}
