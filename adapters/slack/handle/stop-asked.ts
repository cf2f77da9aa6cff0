import { isStopWord, stopQuestions } from "../../../core/conversation/stop-questions.ts";
import type { ThreadTurn } from "../../../core/conversation/thread-store.ts";
import { parseThreadKey } from "../thread-key.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { plainMessage, tell } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { identifyPerson, languageOf } from "./visitor.ts";

/** Whether a message says no more than that its writer wants no answer any more, the bot's name aside. */
export const asksToStop = ({ message }: EventOf<"message">, botUserId: string): boolean =>
  message.files.length === 0 &&
  isStopWord(message.text.replaceAll(new RegExp(`<@${botUserId}[^>]*>`, "g"), " "));

/**
 * Stops what the person's own questions bring in the thread, or outside of any in the whole channel. What is stopped says so
 * itself; where nothing runs, whoever spoke to the bot is told.
 */
export async function stopInThread(desk: Desk, errand: Errand, event: EventOf<"message">): Promise<void> {
  const { workspace } = errand;
  const { userId, channelId, message } = event;
  const { member } = await identifyPerson(desk, workspace, event);
  const stopped = await stopQuestions(desk, member, (turn) => isAskedThere(turn, errand, event));
  if (stopped > 0 || !event.addressed) return;
  const language = await languageOf(desk, workspace, userId, message.text);
  const place = { userId, channelId, threadTs: message.threadTs, responseUrl: null };
  await tell(desk, workspace, place, plainMessage(handleTexts[language].nothingRuns));
}

/** Stops every question that the person has asked in Slack; false where none runs. */
export const stopEverywhere = async (
  desk: Desk,
  { member }: Awaited<ReturnType<typeof identifyPerson>>,
): Promise<boolean> => (await stopQuestions(desk, member, ({ channel }) => channel === "slack")) > 0;

function isAskedThere(
  { channel, threadKey }: ThreadTurn,
  { workspace }: Errand,
  { channelId, channelType, message: { threadTs } }: EventOf<"message">,
): boolean {
  if (channel !== "slack") return false;
  const thread = parseThreadKey(threadKey);
  if (thread.workspaceId !== workspace.installationId) return false;
  if (thread.kind === "direct") return channelType === "im" && threadTs === null;
  return thread.channelId === channelId && (threadTs === null || thread.threadTs === threadTs);
}
