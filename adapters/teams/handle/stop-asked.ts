import { stopQuestions } from "../../../core/conversation/stop-questions.ts";
import type { ThreadTurn } from "../../../core/conversation/thread-store.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import { parseThreadKey, splitConversationId } from "../thread-key.ts";
import type { Errand, EventOf, TeamsDesk } from "./desk.ts";
import { tell } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { languageOf } from "./visitor.ts";

/**
 * Stops what the person's own questions bring in the conversation, outside of a channel's threads in the whole channel. What
 * is stopped says so itself; where nothing runs, whoever spoke to the bot is told.
 */
export async function stopInThread(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"message">,
  { member }: Identity,
): Promise<void> {
  const stopped = await stopQuestions(desk, member, (turn) => isAskedThere(turn, event));
  if (stopped > 0 || !event.addressed) return;
  await tell(desk, errand, event, handleTexts[languageOf(event, event.message.text)].nothingRuns);
}

function isAskedThere({ channel, threadKey }: ThreadTurn, event: EventOf<"message">): boolean {
  if (channel !== "teams") return false;
  const thread = parseThreadKey(threadKey);
  if (thread.msTenantId !== event.msTenantId) return false;
  if (thread.kind === "direct") return event.conversationType === "personal";
  if (thread.conversationId === event.conversationId) return true;
  const here = splitConversationId(event.conversationId);
  const beginsThread = here.threadId === event.message.id;
  return beginsThread && splitConversationId(thread.conversationId).baseId === here.baseId;
}
