import { isExpertError } from "../../../core/errors.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";
import { endStream } from "./end-stream.ts";
import { beginningOf, createStreamEscape } from "./escape-streamed.ts";
import type { LiveWriter, WriterPorts } from "./live-writer.ts";

/**
 * Characters of one call and of a whole stream. https://docs.slack.dev/reference/methods/chat.appendStream takes 12,000
 * of `markdown_text`, and a message about 13,200 in all (see render/limits.ts): a longer stream goes on in another.
 */
const messageLimit = 11_000;

/** Slack's own streams. Where they are refused, what `fallback` makes goes on in its way. */
export function createStreamedWriter(ports: WriterPorts, fallback: () => LiveWriter): LiveWriter {
  const { bot, pace, place, turn, timings, beforeNew } = ports;
  const { client, workspaceId } = bot;
  const { channelId } = place;
  const escape = createStreamEscape();
  const shown: string[] = [];
  let sure = true;
  let open: { readonly ts: string; readonly startedAt: number; length: number } | null = null;
  let instead: LiveWriter | null = null;
  /** What was written while nothing is shown: the fallback begins with it. */
  let written = "";
  /** Escaped, and not yet taken by Slack. */
  let unsent = "";

  async function start(piece: string): Promise<void> {
    pace.spare(workspaceId, "chat.startStream");
    await pace.take(workspaceId, channelId);
    await beforeNew();
    const { ts } = await pace
      .call(workspaceId, "chat.startStream", () =>
        client.chat.startStream({
          channel: channelId,
          thread_ts: place.threadTs,
          markdown_text: piece,
          ...recipient(turn.address, channelId),
        }),
      )
      .catch((error: unknown) => {
        if (isExpertError(error, "channel_unavailable")) sure = false;
        throw error;
      });
    if (ts === undefined) throw new TypeError("Slack began a stream without telling its message");
    shown.push(ts);
    turn.keep(shown.map((one) => ({ channel: channelId, ts: one })));
    open = { ts, startedAt: performance.now(), length: piece.length };
  }

  /** What cannot be ended stays open, and is ended when it is tried again. */
  async function stop(): Promise<void> {
    if (!open) return;
    await endStream(ports, { channelId, ts: open.ts, turnId: turn.id });
    open = null;
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
      await pace.call(workspaceId, "chat.appendStream", () =>
        client.chat.appendStream({ channel: channelId, ts: stream.ts, markdown_text: piece }),
      );
      stream.length += piece.length;
    } catch (error) {
      if (slackErrorCode(error) !== "message_not_in_streaming_state") throw error;
      // It died; what was appended before stands. The piece that was not taken begins the next one.
      open = null;
      await start(piece);
    }
  }

  async function send(): Promise<void> {
    while (unsent !== "") {
      const piece = beginningOf(unsent, messageLimit);
      await append(piece);
      unsent = unsent.slice(piece.length);
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
      if (shown.length === 0) written += text;
      unsent += escape(text);
      try {
        await send();
      } catch (error) {
        // Nothing was shown yet, and Slack does not stream here: another way, from the beginning.
        if (shown.length > 0 || !isExpertError(error, "channel_refused")) throw error;
        instead = fallback();
        await instead.write(written);
      }
    },
    async end() {
      // Whoever changes the message ends its stream, where that fails here.
      await stop().catch(() => undefined);
      const other = await instead?.end();
      return { shown: [...shown, ...(other?.shown ?? [])], sure: sure && (other?.sure ?? true) };
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
