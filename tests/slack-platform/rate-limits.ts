import type { PlatformState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import type { RateLimits } from "./slack-platform.ts";

/** Slack lets "short bursts" of more than one message per second through without a figure: three, here. */
export const CHANNEL_BURST = 3;
/** Slack says "several hundred messages per minute" for a workspace. */
export const WORKSPACE_MESSAGES_PER_MINUTE = 300;
/** docs.slack.dev/apis/web-api/rate-limits: 1+, 20+, 50+ and 100+ per minute. */
export const TIERS_PER_MINUTE = [1, 20, 50, 100] as const;
/** Methods with "special" limits, which Slack calls generous: auth.test, assistant.threads.setStatus. */
const SPECIAL_PER_MINUTE = 600;

export const defaultLimits: RateLimits = {
  channelMessagesPerSecond: 1,
  channelBurst: CHANNEL_BURST,
  workspaceMessagesPerMinute: WORKSPACE_MESSAGES_PER_MINUTE,
  tiersPerMinute: TIERS_PER_MINUTE,
};

export type Tier = 1 | 2 | 3 | 4 | "special" | "none";

export interface RateLimiter {
  /** @throws SlackRefusal `ratelimited`, with the seconds to wait. */
  take(call: { method: string; tier: Tier; team: string; messageTo: string | undefined }): void;
}

interface Bucket {
  held: number;
  at: number;
}

/** Buckets that refill with time: a burst up to their size, then the rate. */
export function rateLimiter(state: Pick<PlatformState, "limits" | "now">): RateLimiter {
  const buckets = new Map<string, Bucket>();
  const { limits } = state;
  /** Zero, or the seconds until there is room; takes nothing. */
  const wait = (key: string, size: number, perSecond: number): number => {
    const now = state.now();
    const bucket = buckets.get(key) ?? { held: size, at: now };
    bucket.held = Math.min(size, bucket.held + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    buckets.set(key, bucket);
    return bucket.held >= 1 ? 0 : (1 - bucket.held) / perSecond;
  };
  return {
    take: ({ method, tier, team, messageTo }) => {
      if (!limits || tier === "none") return;
      const wanted: [key: string, size: number, perSecond: number][] = [];
      if (messageTo !== undefined) {
        wanted.push([`channel ${messageTo}`, limits.channelBurst, limits.channelMessagesPerSecond]);
        const perMinute = limits.workspaceMessagesPerMinute;
        wanted.push([`workspace ${team}`, perMinute, perMinute / 60]);
      } else {
        const perMinute = tier === "special" ? SPECIAL_PER_MINUTE : (limits.tiersPerMinute[tier - 1] ?? 1);
        wanted.push([`${method} ${team}`, perMinute, perMinute / 60]);
      }
      const seconds = Math.max(...wanted.map((bucket) => wait(...bucket)));
      if (seconds > 0) {
        const retryAfter = Math.max(1, Math.ceil(seconds));
        throw new SlackRefusal("ratelimited", `${method} again in ${retryAfter} s`, { retryAfter });
      }
      for (const [key] of wanted) {
        const bucket = buckets.get(key);
        if (bucket) bucket.held -= 1;
      }
    },
  };
}
