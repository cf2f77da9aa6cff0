import { nothingToShow, shareAnswer } from "../../../core/conversation/share-answer.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { TurnId } from "../../../core/ids.ts";
import { messageOf } from "../render/message.ts";
import { section } from "../render/split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { parseThreadKey, threadKey } from "../thread-key.ts";
import { addressOf } from "./ask.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { readsOutside } from "./reads-outside.ts";

const longestShown = 2_500;

/**
 * Shows everyone in the channel an answer that its asker alone saw, in the thread that it stood in. One without a
 * thread, such as a command's, is shown below its question. Throws what `shareAnswer` throws.
 */
export async function showEveryone(
  desk: Desk,
  errand: Errand,
  event: EventOf<"click">,
  { identity, turnId }: { readonly identity: Identity; readonly turnId: TurnId },
): Promise<void> {
  const { workspace } = errand;
  const turn = await desk.database.withTenant(identity.member.tenantId, ({ threads }) =>
    threads.turn(turnId),
  );
  const asked = turn?.channel === "slack" ? parseThreadKey(turn.threadKey) : null;
  if (!turn || asked?.kind !== "private") throw nothingToShow();
  const { channelId } = asked;
  const outside = await readsOutside(desk, workspace, channelId);
  const beginThread = (): Promise<string> => {
    const shown = writePlain(shorten(turn.question, longestShown)).replaceAll(/^/gm, "> ");
    const since = String(turn.createdAt.getTime() / 1_000);
    return workspace.messages.postOnce(
      { channelId, threadTs: null },
      messageOf([section(`<@${event.userId}>\n${shown}`)]),
      { key: `shared-${turnId}`, since, again: true },
    );
  };
  await shareAnswer(desk, {
    identity,
    turnId,
    outside,
    async openThread() {
      const threadTs = asked.threadTs ?? (await beginThread());
      return {
        threadKey: threadKey({ kind: "thread", workspaceId: workspace.installationId, channelId, threadTs }),
        address: addressOf(desk, { person: event, ts: threadTs, responseUrl: null }, turn.question),
      };
    },
  });
}
