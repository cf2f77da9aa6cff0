import { isExpertError } from "../../../core/errors.ts";
import { callSlack } from "../client/slack-client.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";
import type { LiveWriter, WriterPorts } from "./live-writer.ts";
import { tagProgress } from "./message-tag.ts";

/** https://docs.slack.dev/reference/methods/chat.appendStream: 12,000 characters of `markdown_text`. */
const pieceLimit = 12_000;
/** A message takes about 13,200 characters in all (see render/limits.ts): a longer stream goes on in another. */
const messageLimit = 11_000;

/** Slack's own streams. Where they are refused, what `fallback` makes goes on in its way. */
export function createStreamedWriter(
  { bot, pace, place, turn, timings }: WriterPorts,
  fallback: () => LiveWriter,
): LiveWriter {
  const { client, workspaceId } = bot;
  const shown: string[] = [];
  let open: { readonly ts: string; readonly startedAt: number; length: number } | null = null;
  let instead: LiveWriter | null = null;

  async function start(piece: string): Promise<void> {
    pace.spare(workspaceId, "chat.startStream");
    await pace.take(workspaceId, place.channelId);
    const { ts } = await callSlack(() =>
      client.chat.startStream({
        channel: place.channelId,
        thread_ts: place.threadTs,
        markdown_text: piece,
        ...recipient(turn.address, place.channelId),
      }),
    );
    if (ts === undefined) throw new TypeError("Slack began a stream without telling its message");
    shown.push(ts);
    open = { ts, startedAt: performance.now(), length: piece.length };
  }

  async function stop(): Promise<void> {
    const ending = open;
    open = null;
    if (!ending) return;
    const tagged = { channel: place.channelId, ts: ending.ts, metadata: tagProgress(turn.id) };
    // One that has died by itself is as good as ended: its message is edited all the same.
    await callSlack(() => client.chat.stopStream(tagged)).catch(() => undefined);
  }

  const isFull = (piece: string): boolean =>
    open !== null &&
    (open.length + piece.length > messageLimit || performance.now() - open.startedAt > timings.rollOverMs);

  async function append(piece: string): Promise<void> {
    if (isFull(piece)) await stop();
    const stream = open;
    if (!stream) {
      await start(piece);
      return;
    }
    pace.spare(workspaceId, "chat.appendStream");
    try {
      await callSlack(() =>
        client.chat.appendStream({ channel: place.channelId, ts: stream.ts, markdown_text: piece }),
      );
      stream.length += piece.length;
    } catch (error) {
      if (slackErrorCode(error) !== "message_not_in_streaming_state") throw error;
      // It died; what was appended before stands. The piece that was not taken begins the next one.
      open = null;
      await start(piece);
    }
  }

  return {
    get everyMs() {
      return instead?.everyMs ?? timings.streamEveryMs;
    },
    async write(text) {
      if (instead) {
        await instead.write(text);
        return;
      }
      try {
        for (let from = 0; from < text.length; from += pieceLimit)
          await append(text.slice(from, from + pieceLimit));
      } catch (error) {
        // Nothing was shown yet, and Slack does not stream here: another way, from the beginning.
        if (shown.length > 0 || !isExpertError(error, "channel_refused")) throw error;
        instead = fallback();
        await instead.write(text);
      }
    },
    async end() {
      await stop();
      return [...shown, ...((await instead?.end()) ?? [])];
    },
  };
}

/** In channels Slack wants to know for whom it streams. */
const recipient = (
  { user, team }: Readonly<Record<string, string>>,
  channelId: string,
): { recipient_user_id?: string; recipient_team_id?: string } =>
  channelId.startsWith("D") || user === undefined || team === undefined
    ? {}
    : { recipient_user_id: user, recipient_team_id: team };
