import type { MessageRef } from "../../../core/delivery/channel.ts";
import type { TurnId } from "../../../core/ids.ts";
import { callSlack } from "../client/slack-client.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";
import type { SlackMessage } from "../render/message.ts";
import type { SlackBot } from "../workspaces.ts";
import { findOwnMessages } from "./find-own-messages.ts";
import { tagMessage } from "./message-tag.ts";

/** What people may have seen of a message before it is posted. */
export interface Shown {
  /** Messages that showed the turn's progress, oldest first; the reply takes their places. */
  readonly shown: readonly string[];
  /** Whether there may be others: an earlier attempt, or another process, may have posted or shown some. */
  readonly uncertain: boolean;
  /** Whether an untagged message of ours must be this turn's: no other turn's stream is open in the thread. */
  readonly adoptUntagged: boolean;
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
  readonly shown: Shown;
  /** Waits until the channel takes a new message. */
  beforePost(): Promise<void>;
}

/**
 * Makes the messages stand in their place exactly once: parts that stand there already are left, messages that showed the
 * progress become parts, the rest is posted, and progress that is left over is removed.
 */
export async function placeMessages(placement: Placement): Promise<MessageRef> {
  const { messages, shown } = placement;
  const standing = shown.uncertain
    ? await lookAround(placement)
    : { parts: new Map<number, string>(), reusable: [] };
  const reusable = [...shown.shown, ...standing.reusable.filter((ts) => !shown.shown.includes(ts))];
  const placed: string[] = [];
  for (const [part, message] of messages.entries()) {
    const known = standing.parts.get(part);
    placed.push(known ?? (await place(placement, message, part, reusable)));
  }
  for (const ts of reusable) await remove(placement, ts);
  const [first = ""] = placed;
  return { channel: placement.place.channelId, ts: first };
}

async function lookAround({ bot, place, since, key, turnId, shown }: Placement): Promise<{
  readonly parts: ReadonlyMap<number, string>;
  readonly reusable: readonly string[];
}> {
  const parts = new Map<number, string>();
  const reusable: string[] = [];
  for (const { ts, tag } of await findOwnMessages(bot, place, since)) {
    if (tag?.kind === "message" && tag.delivery === key) parts.set(tag.part, ts);
    else if (turnId === null || place.threadTs === null) continue;
    else if (tag?.kind === "progress" && tag.turn === turnId) reusable.push(ts);
    // Only a worker that died leaves an untagged one: every other stream is tagged at its end.
    else if (tag === null && shown.adoptUntagged) {
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
): Promise<string> {
  const { bot, place: where, key } = placement;
  const metadata = tagMessage(key, part);
  for (let ts = reusable.shift(); ts !== undefined; ts = reusable.shift()) {
    if (await overwrite(placement, ts, message, metadata)) return ts;
  }
  await placement.beforePost();
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
