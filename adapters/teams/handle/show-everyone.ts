import { shareAnswer } from "../../../core/conversation/share-answer.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { TurnId } from "../../../core/ids.ts";
import { parseThreadKey, threadKey } from "../thread-key.ts";
import { addressOf } from "./ask.ts";
import type { Errand, EventOf, TeamsDesk } from "./desk.ts";

/**
 * Shows everyone in a conversation the fuller answer that its asker alone saw about a question of it. Throws what
 * `shareAnswer` throws; an answer that was asked for in the personal chat itself has no such conversation.
 */
export async function showEveryone(
  desk: TeamsDesk,
  { event: { tenantId }, bot }: Errand,
  event: EventOf<"card_action">,
  { identity, turnId }: { readonly identity: Identity; readonly turnId: TurnId },
): Promise<void> {
  const turn = await desk.database.withTenant(tenantId, ({ threads }) => threads.turn(turnId));
  const { about, teamId = null } = turn?.address ?? {};
  const thread = turn?.channel === "teams" && about !== undefined ? parseThreadKey(about) : null;
  if (!turn || thread === null || thread.kind === "direct") throw nowhere();
  // Where the question was asked, not where it was clicked.
  const origin = {
    ...event,
    conversationId: thread.conversationId,
    conversationType: thread.kind,
    teamId,
  };
  await shareAnswer(desk, {
    identity,
    turnId,
    outside: await desk.places.readsOutside(tenantId, bot, origin),
    openThread: async () => ({
      threadKey: threadKey(thread),
      address: addressOf({ origin, messageId: null, about: null }, turn.question),
    }),
  });
}

const nowhere = (): ExpertError =>
  new ExpertError("not_found", "There is no conversation that this answer could be shown in.", {
    remedy: "Ask the question in the channel or group chat, or forward the answer.",
  });
