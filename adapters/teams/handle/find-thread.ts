import { conversationOf } from "../../../core/conversation/ask-in-thread.ts";
import type { Thread } from "../../../core/conversation/thread-store.ts";
import { type TeamsThread, threadKey } from "../thread-key.ts";
import type { Errand, TeamsDesk } from "./desk.ts";

/** A thread that the bot has answered in; null where it took no part in it. */
export async function findThread(
  { database, strangeThreads }: TeamsDesk,
  { event: { tenantId } }: Pick<Errand, "event">,
  thread: TeamsThread,
): Promise<Thread | null> {
  const id = conversationOf(tenantId, threadKey(thread));
  if (strangeThreads.has(id)) return null;
  const found = await database.withTenant(tenantId, ({ threads }) => threads.find(id));
  if (!found) strangeThreads.set(id, true);
  return found;
}
