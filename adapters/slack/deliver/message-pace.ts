import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { ExpertError } from "../../../core/errors.ts";

/** Keeps to the pace that Slack allows for new messages. */
export interface MessagePace {
  /**
   * Waits for this message's turn, at most `longestWaitMs`, and tells how long it waited, in milliseconds. Throws
   * `rate_limited` where it would take longer: nothing is posted, and the worker is free for other channels.
   */
  take(workspaceId: string, channelId: string): Promise<number>;
  /** Slack wants a pause in this channel. */
  pause(channelId: string, pauseMs: number): Promise<void>;
}

export interface PaceLimits {
  /** https://docs.slack.dev/apis/web-api/rate-limits: one message per second per channel. */
  readonly channelMessagesPerSecond: number;
  /** The same page speaks of "several hundred messages per minute" for a workspace; we stay at the lower end. */
  readonly workspaceMessagesPerMinute: number;
  readonly longestWaitMs: number;
}

export const slackPace: PaceLimits = {
  channelMessagesPerSecond: 1,
  workspaceMessagesPerMinute: 300,
  longestWaitMs: 2_500,
};

export function createMessagePace(limits: PaceLimits = slackPace): MessagePace {
  const channels = new RateLimiterMemory({ points: limits.channelMessagesPerSecond, duration: 1 });
  const workspaces = new RateLimiterMemory({ points: limits.workspaceMessagesPerMinute, duration: 60 });

  async function takeOf(limiter: RateLimiterMemory, key: string, waitedMs: number): Promise<number> {
    for (let waited = waitedMs; ;) {
      const refusal = await limiter.consume(key).then(
        () => null,
        (reason: unknown) => {
          if (reason instanceof Error) throw reason;
          return reason as RateLimiterRes;
        },
      );
      if (!refusal) return waited;
      const waitMs = Math.max(1, refusal.msBeforeNext);
      if (waited + waitMs > limits.longestWaitMs) throw tooFast(waitMs);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waited += waitMs;
    }
  }

  return {
    async take(workspaceId, channelId) {
      const waited = await takeOf(channels, channelId, 0);
      return await takeOf(workspaces, workspaceId, waited);
    },
    async pause(channelId, pauseMs) {
      await channels.block(channelId, Math.max(1, Math.ceil(pauseMs / 1_000)));
    },
  };
}

const tooFast = (retryAfterMs: number): ExpertError =>
  new ExpertError("rate_limited", "Slack takes no more messages there for a moment.", {
    remedy: "Nothing to do: the message is posted as soon as Slack takes it.",
    facts: { retryAfterMs },
  });
