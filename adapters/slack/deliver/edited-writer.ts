import { callSlack } from "../client/slack-client.ts";
import { splitBlocks } from "../render/split-blocks.ts";
import { messageOf, type SlackMessage } from "../render/message.ts";
import { renderWorking } from "../render/render-notices.ts";
import type { LiveWriter, WriterPorts } from "./live-writer.ts";
import { tagProgress } from "./message-tag.ts";

/** Where Slack has no streams: one message, edited as the text grows. What exceeds a message waits for the reply. */
export function createEditedWriter({ bot, pace, place, turn, timings }: WriterPorts): LiveWriter {
  const { client, workspaceId } = bot;
  let text = "";
  let ts: string | null = null;

  const shownText = (): SlackMessage => {
    const [first] = splitBlocks(text, () => null, []);
    const working = renderWorking(turn.language, "retrieved");
    return first ? messageOf([...first, ...working.blocks].slice(-50)) : working;
  };

  return {
    everyMs: timings.editEveryMs,
    async write(piece) {
      text += piece;
      const message = shownText();
      const tagged = { ...message, metadata: tagProgress(turn.id) };
      const known = ts;
      try {
        if (known === null) {
          await pace.take(workspaceId, place.channelId);
          const posted = await callSlack(() =>
            client.chat.postMessage({ channel: place.channelId, thread_ts: place.threadTs, ...tagged }),
          );
          ts = posted.ts ?? null;
        } else {
          pace.spare(workspaceId, "chat.update");
          await callSlack(() => client.chat.update({ channel: place.channelId, ts: known, ...tagged }));
        }
      } catch (error) {
        text = text.slice(0, text.length - piece.length);
        throw error;
      }
    },
    end: () => Promise.resolve(ts === null ? [] : [ts]),
  };
}
