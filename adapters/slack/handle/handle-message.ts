import { saysSomething } from "../../../core/conversation/small-talk.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import { namesBot } from "../receive/parse-message.ts";
import type { SlackThread } from "../thread-key.ts";
import { askFromSlack } from "./ask.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { heldBy } from "./explain-error.ts";
import { findThread } from "./find-thread.ts";
import { emptyQuestionMessage } from "./help-messages.ts";
import { isAmongPeople, readQuestion } from "./read-question.ts";
import { asksToStop, stopInThread } from "./stop-asked.ts";
import { tell } from "./tell.ts";
import { assertMayAsk, identifyPerson, languageOf } from "./visitor.ts";

/**
 * A message that names the bot, a direct message, or one in a thread, which may be a follow-up: that is answered where
 * the bot has answered in the thread, no human holds it, and people do not talk among themselves. Whoever named the bot
 * is told why it does not answer; a follow-up that asks nothing passes in silence. A word
 * to stop ends what the writer has asked there.
 */
export async function handleMessage(
  desk: Desk,
  errand: Errand,
  event: EventOf<"message">,
): Promise<EventOutcome> {
  const { workspace } = errand;
  const { message, channelId, userId } = event;
  if (userId === workspace.botUserId) return "settled";
  const addressed = event.addressed || namesBot(message.text, workspace.botUserId);
  if (!addressed && isAmongPeople(message.text, workspace.botUserId)) return "settled";
  const thread: SlackThread = {
    kind: "thread",
    workspaceId: workspace.installationId,
    channelId,
    threadTs: message.threadTs ?? message.ts,
  };
  // What begins a thread cannot stand in one that the bot knows.
  const known = message.threadTs === null ? null : await findThread(desk, errand, thread);
  if (!addressed && (!known || known.heldBy)) return "settled";
  if (asksToStop(event, workspace.botUserId)) {
    await stopInThread(desk, errand, { ...event, addressed });
    return "settled";
  }
  if (known?.heldBy) throw heldBy(known.heldBy.name);
  const identity = await identifyPerson(desk, workspace, event);
  if (!addressed && identity.scope.departments.size === 0) return "settled";
  assertMayAsk(identity);
  const text = await readQuestion(desk, workspace, message.text);
  if (!saysSomething(text) && message.files.length === 0) {
    if (!addressed) return "settled";
    const language = await languageOf(desk, workspace, userId, text);
    const place = { userId, channelId, threadTs: message.threadTs, responseUrl: null };
    await tell(desk, workspace, place, emptyQuestionMessage(identity, language));
    return "settled";
  }
  const placeScope =
    event.channelType === "im" ? null : await desk.places.scopeOf(workspace, channelId, identity.departments);
  await askFromSlack(desk, errand, {
    person: event,
    identity,
    text,
    files: message.files,
    departmentId: null,
    thread,
    placeScope,
    ts: message.ts,
    responseUrl: null,
  });
  return "accepted";
}
