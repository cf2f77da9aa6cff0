import type { Parts } from "../../adapters/connect.ts";
import { approvalUrls, sourceUrls } from "../../adapters/connect/source-urls.ts";
import type { LiveTimings } from "../../adapters/slack/deliver/live-writer.ts";
import { createMessagePace, type PaceLimits, slackPace } from "../../adapters/slack/deliver/message-pace.ts";
import { createSlackChannel } from "../../adapters/slack/deliver/slack-channel.ts";
import type { ChannelName } from "../../core/delivery/channel-name.ts";
import type { Channel } from "../../core/delivery/channel.ts";
import { silentLogger } from "../../core/logger.ts";

/** A pace that nobody feels, for a local Slack that keeps no limits. */
export const unhurriedPace: PaceLimits = {
  channelMessagesPerSecond: 1_000,
  workspaceMessagesPerMinute: 100_000,
  longestWaitMs: 1_000,
};

/**
 * Puts in the place of Slack's channel, as `connect` has joined it, one with other timings and a pace of its own: another
 * process would begin it so. Gives back what puts the first one back.
 */
export function replaceSlackChannel(
  { slack, channels, config }: Pick<Parts, "slack" | "channels" | "config">,
  { pace = slackPace, timings = {} }: { readonly pace?: PaceLimits; readonly timings?: Partial<LiveTimings> },
): () => void {
  const joined = channels.get("slack");
  if (!slack || !joined) throw new Error("Slack is not joined");
  const { workspaces } = slack;
  const change = (channel: Channel): void => {
    (channels as Map<ChannelName, Channel>).set("slack", channel);
  };
  change(
    createSlackChannel({
      workspaces,
      pace: createMessagePace(pace),
      logger: silentLogger,
      sourceUrl: sourceUrls(config),
      approvalUrl: approvalUrls(config),
      timings,
    }),
  );
  return () => {
    change(joined);
  };
}
