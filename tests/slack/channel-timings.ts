import type { LiveTimings } from "../../adapters/slack/deliver/live-writer.ts";
import { createMessagePace } from "../../adapters/slack/deliver/message-pace.ts";
import { createSlackChannel } from "../../adapters/slack/deliver/slack-channel.ts";
import type { ChannelName } from "../../core/delivery/channel-name.ts";
import type { Channel } from "../../core/delivery/channel.ts";
import { silentLogger } from "../../core/logger.ts";
import type { SlackProduct } from "../support/slack-product.ts";

/**
 * Puts in the place of a running product's Slack one with other timings and a pace of its own, as another process would
 * begin it. Gives back what puts the first one back.
 */
export function retimeSlack(product: SlackProduct, timings: Partial<LiveTimings>): () => void {
  const { slack, channels } = product.parts();
  const begun = channels.get("slack");
  if (!slack || !begun) throw new Error("Slack is not joined");
  const { workspaces } = slack;
  const change = (channel: Channel): void => {
    (channels as Map<ChannelName, Channel>).set("slack", channel);
  };
  change(
    createSlackChannel({
      workspaces,
      pace: createMessagePace(),
      logger: silentLogger,
      sourceUrl: () => null,
      approvalUrl: () => null,
      timings,
    }),
  );
  return () => {
    change(begun);
  };
}
