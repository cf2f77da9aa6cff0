import type { MessageRef } from "../../../core/delivery/channel.ts";
import { ExpertError, isExpertError } from "../../../core/errors.ts";
import type { TurnId } from "../../../core/ids.ts";
import { callSlack } from "../client/slack-client.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";
import type { SlackMessage } from "../render/message.ts";
import type { SlackBot } from "../workspaces.ts";
import { findOwnMessages } from "./find-own-messages.ts";
import { tagMessage } from "./message-tag.ts";

/** What stands of a message before it is posted, or posted whole. */
export interface Standing {
  /** Its parts that are in their place, by number. */
  readonly parts: Map<number, string>;
  /** Messages that showed the turn's progress, oldest first; the reply takes their places. */
  readonly reusable: string[];
}

export interface Placement {
  readonly bot: SlackBot;
  readonly place: { readonly channelId: string; readonly threadTs: string | null };
  /** The parts of one outgoing message, in order. */
  readonly messages: readonly SlackMessage[];
  /** Tells repeats. */
  readonly key: string;
  readonly turnId: TurnId | null;
  /** The message that asked. */
  readonly since: string | null;
  /** Waits until the channel takes a new message, for the first of them not too long. */
  beforePost(patience: "short" | "long"): Promise<void>;
}

/**
 * Makes the messages stand in their place exactly once: parts that stand there already are left, messages that showed the
 * progress become parts, the rest is posted, and progress that is left over is removed. Keeps `standing` up to date.
 * Throws what `callSlack` throws; `rate_limited` only where nothing was posted.
 */
export async function placeMessages(placement: Placement, standing: Standing): Promise<MessageRef> {
  const { messages } = placement;
  let begun = false;
  try {
    for (const [part, message] of messages.entries()) {
      if (standing.parts.has(part)) continue;
      standing.parts.set(part, await place(placement, message, part, standing.reusable, begun));
      begun = true;
    }
    while (standing.reusable.length > 0) {
      await remove(placement, standing.reusable[0] ?? "");
      standing.reusable.shift();
    }
  } catch (error) {
    if (!begun || !isExpertError(error, "rate_limited")) throw error;
    throw new ExpertError("channel_unavailable", "Slack wanted a pause in the middle of a message.", {
      cause: error,
    });
  }
  return { channel: placement.place.channelId, ts: standing.parts.get(0) ?? "" };
}

/**
 * Looks in the thread for what an earlier attempt, or another process, has posted or shown of a message.
 * @param adoptUntagged whether an untagged message of ours must be this turn's: no other turn's stream is open there.
 */
export async function lookAround(
  { bot, place, since, key, turnId }: Placement,
  { adoptUntagged }: { readonly adoptUntagged: boolean },
): Promise<Standing> {
  const parts = new Map<number, string>();
  const reusable: string[] = [];
  for (const { ts, tag } of await findOwnMessages(bot, place, since)) {
    if (tag?.kind === "message" && tag.delivery === key) parts.set(tag.part, ts);
    else if (turnId === null || place.threadTs === null) continue;
    else if (tag?.kind === "progress" && tag.turn === turnId) reusable.push(ts);
    // Only a worker that died leaves an untagged one: every other stream is tagged at its end.
    else if (tag === null && adoptUntagged) {
      const open = { channel: place.channelId, ts };
      await callSlack(() => bot.client.chat.stopStream(open)).catch(() => undefined);
      reusable.push(ts);
    }
  }
  return { parts, reusable };
}

/** Over a message that showed the progress, where one is left; otherwise as a new one. */
async function place(
  placement: Placement,
  message: SlackMessage,
  part: number,
  reusable: string[],
  begun: boolean,
): Promise<string> {
  const { bot, place: where, key } = placement;
  const metadata = tagMessage(key, part);
  for (let [ts] = reusable; ts !== undefined; [ts] = reusable) {
    const written = await overwrite(placement, ts, message, metadata);
    reusable.shift();
    if (written) return ts;
  }
  await placement.beforePost(begun ? "long" : "short");
  const posted = await callSlack(() =>
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

/** False where somebody has removed it meanwhile. */
async function overwrite(
  { bot, place: { channelId } }: Placement,
  ts: string,
  message: SlackMessage,
  metadata: ReturnType<typeof tagMessage>,
): Promise<boolean> {
  try {
    await callSlack(() => bot.client.chat.update({ channel: channelId, ts, ...message, metadata }));
    return true;
  } catch (error) {
    if (slackErrorCode(error) === "message_not_found") return false;
    throw error;
  }
}

async function remove({ bot, place: { channelId } }: Placement, ts: string): Promise<void> {
  await callSlack(() => bot.client.chat.delete({ channel: channelId, ts })).catch((error: unknown) => {
    if (slackErrorCode(error) !== "message_not_found") throw error;
  });
}
