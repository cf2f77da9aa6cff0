import { isExpertError } from "../../../core/errors.ts";
import { splitBlocks } from "../render/split-blocks.ts";
import { messageOf, type SlackMessage } from "../render/message.ts";
import { renderWorking } from "../render/render-notices.ts";
import type { LiveWriter, WriterPorts } from "./live-writer.ts";
import { tagProgress } from "./message-tag.ts";

/** Where Slack has no streams: one message, edited as the text grows. What exceeds a message waits for the reply. */
export function createEditedWriter({ bot, pace, place, turn, timings, beforeNew }: WriterPorts): LiveWriter {
  const { client, workspaceId } = bot;
  const { channelId, threadTs } = place;
  let text = "";
  let ts: string | null = null;
  let sure = true;

  const shownText = (): SlackMessage => {
    const [first] = splitBlocks(text, () => null, []);
    const working = renderWorking(turn.language, "retrieved");
    return first ? messageOf([...first, ...working.blocks].slice(-50)) : working;
  };

  async function post(message: SlackMessage): Promise<void> {
    await pace.take(workspaceId, channelId);
    await beforeNew();
    const metadata = tagProgress(turn.id);
    try {
      const posted = await pace.post(channelId, () =>
        client.chat.postMessage({ channel: channelId, thread_ts: threadTs, ...message, metadata }),
      );
      ts = posted.ts ?? null;
    } catch (error) {
      if (isExpertError(error, "channel_unavailable")) sure = false;
      throw error;
    }
    if (ts !== null) turn.keep([{ channel: channelId, ts }]);
  }

  return {
    everyMs: timings.editEveryMs,
    async write(piece) {
      text += piece;
      const known = ts;
      if (known === null) {
        await post(shownText());
        return;
      }
      pace.spare(workspaceId, "chat.update");
      const metadata = tagProgress(turn.id);
      await pace.call(workspaceId, "chat.update", () =>
        client.chat.update({ channel: channelId, ts: known, ...shownText(), metadata }),
      );
    },
    end: () => Promise.resolve({ shown: ts === null ? [] : [ts], sure }),
  };
}
