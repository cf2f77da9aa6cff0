import type { MessageRef } from "../../../core/delivery/channel.ts";
import { ExpertError, isExpertError } from "../../../core/errors.ts";
import type { TurnId } from "../../../core/ids.ts";
import type { Logger } from "../../../core/logger.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";
import type { SlackMessage } from "../render/message.ts";
import type { SlackBot } from "../workspaces.ts";
import { changeEnded } from "./end-stream.ts";
import type { MessagePace } from "./message-pace.ts";
import { tagMessage } from "./message-tag.ts";
import { removeMessage } from "./remove-message.ts";

/** What stands of a message before it is posted, or posted whole. */
export interface Standing {
  /** Its parts that are in their place, by number. */
  readonly parts: Map<number, string>;
  /** Messages that showed the turn's progress, oldest first, or that this one replaces; it takes their places. */
  readonly reusable: string[];
  /** Those whose places Slack did not let the reply take: they are removed when it stands. */
  readonly refused: string[];
}

export interface Placement {
  readonly bot: SlackBot;
  readonly pace: MessagePace;
  readonly logger: Logger;
  readonly place: { readonly channelId: string; readonly threadTs: string | null };
  /** The parts of one outgoing message, in order. */
  readonly messages: readonly SlackMessage[];
  /** Tells repeats. */
  readonly key: string;
  /** The turn that the message ends; null for a note. */
  readonly turnId: TurnId | null;
  /** The message that asked. */
  readonly since: string | null;
  /** Aborted where somebody else posts it by now. */
  readonly signal: AbortSignal;
  /** Waits until the channel takes a new message, for the first of them not too long. */
  beforePost(patience: "short" | "long"): Promise<void>;
}

/**
 * Makes the messages stand in their place exactly once: parts that stand there already are left, messages that showed the
 * progress become parts, the rest is posted, and progress that is left over is removed where Slack lets it be. Keeps
 * `standing` up to date. Throws what `callSlack` throws; `rate_limited` only where nothing was posted.
 */
export async function placeMessages(placement: Placement, standing: Standing): Promise<MessageRef> {
  const { messages, signal, place: where, turnId } = placement;
  let begun = false;
  try {
    for (const [part, message] of messages.entries()) {
      if (standing.parts.has(part)) continue;
      signal.throwIfAborted();
      standing.parts.set(part, await place(placement, message, part, standing, begun));
      begun = true;
    }
  } catch (error) {
    if (!begun || !isExpertError(error, "rate_limited")) throw error;
    throw new ExpertError("channel_unavailable", "Slack wanted a pause in the middle of a message.", {
      cause: error,
    });
  }
  for (const ts of [...standing.refused, ...standing.reusable])
    await removeMessage(placement, { channelId: where.channelId, ts, turnId });
  const [first = "", ...further] = messages.map((_, part) => standing.parts.get(part) ?? "");
  return refOf(where.channelId, first, further);
}

/** Where a message of one or more parts stands. */
const refOf = (channel: string, ts: string, further: readonly string[]): MessageRef => ({
  channel,
  ts,
  ...(further.length === 0 ? {} : { further: further.join(" ") }),
});

/** All messages that stand there, in order; none where nothing does. */
export const messagesAt = (ref: MessageRef | null): readonly string[] =>
  ref === null ? [] : [ref["ts"] ?? "", ...(ref["further"]?.split(" ") ?? [])].filter((ts) => ts !== "");

/** Over a message that showed the progress, where one is left; otherwise as a new one. */
async function place(
  placement: Placement,
  message: SlackMessage,
  part: number,
  { reusable, refused }: Standing,
  begun: boolean,
): Promise<string> {
  const { bot, pace, place: where, key, signal } = placement;
  const metadata = tagMessage(key, part);
  for (let [ts] = reusable; ts !== undefined; [ts] = reusable) {
    const outcome = await overwrite(placement, ts, message, metadata);
    reusable.shift();
    if (outcome === "written") return ts;
    if (outcome === "refused") refused.push(ts);
  }
  await placement.beforePost(begun ? "long" : "short");
  signal.throwIfAborted();
  const posted = await pace.post(where.channelId, () =>
    bot.client.chat.postMessage({
      channel: where.channelId,
      ...(where.threadTs === null ? {} : { thread_ts: where.threadTs }),
      ...message,
      metadata,
      unfurl_links: false,
      unfurl_media: false,
    }),
  );
  return posted.ts ?? "";
}

/** "gone" where somebody has removed it meanwhile; "refused" where Slack will never let it be changed. */
async function overwrite(
  placement: Placement,
  ts: string,
  message: SlackMessage,
  metadata: ReturnType<typeof tagMessage>,
): Promise<"written" | "gone" | "refused"> {
  const { bot, pace, logger, place, turnId } = placement;
  const { channelId } = place;
  try {
    await changeEnded(placement, { channelId, ts, turnId }, () =>
      pace.call(bot.workspaceId, "chat.update", () =>
        bot.client.chat.update({ channel: channelId, ts, ...message, metadata }),
      ),
    );
    return "written";
  } catch (error) {
    if (slackErrorCode(error) === "message_not_found") return "gone";
    if (!isExpertError(error, "channel_refused")) throw error;
    logger.info("an answer is posted anew, since its progress could not be changed", { turn: turnId, error });
    return "refused";
  }
}
