import { refusals } from "./connector-refusal.ts";
import type { StandStill } from "./stand-still.ts";
import type { ThrottleLimits, ThrottleWindow } from "./teams-platform.ts";

/** https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit */
export const defaultThrottle: ThrottleLimits = {
  conversation: [
    { count: 7, ms: 1_000 },
    { count: 8, ms: 2_000 },
    { count: 60, ms: 30_000 },
    { count: 1_800, ms: 3_600_000 },
  ],
  tenant: [{ count: 30, ms: 1_000 }],
};

/** What reads a roster or a team's channels counts apart, and may come twice as often (the same page). */
const readsPerSend = 2;

export interface Throttle {
  /** @throws ConnectorRefusal 429 with the seconds to wait; such a call counts for nothing. */
  take(conversationId: string, tenantId: string, reads?: boolean): void;
}

/** Calls that come so much earlier after each other than they were sent are no fault of the bot's, in milliseconds. */
const excusedMs = 100;
/** How long a call may be on its way, in milliseconds. */
const wayMs = 500;

export function createThrottle(
  limits: ThrottleLimits | null,
  {
    now: clock,
    standStill,
  }: { readonly now: () => number; readonly standStill: Pick<StandStill, "between"> },
): Throttle {
  const times = new Map<string, number[]>();
  /** The windows that are full, and how long each still is. */
  const fullOf = (key: string, windows: readonly ThrottleWindow[], now: number) => {
    const past = times.get(key) ?? [];
    return windows.flatMap(({ count, ms }) => {
      const within = past.filter((time) => time > now - ms);
      return within.length < count ? [] : [{ ms, waitMs: (within.at(-count) ?? now) + ms - now }];
    });
  };
  return {
    take(conversationId, tenantId, reads = false) {
      if (!limits) return;
      const now = clock();
      const ofConversation = limits.conversation.map(({ count, ms }) => ({
        count: reads ? count * readsPerSend : count,
        ms,
      }));
      const keys = [
        [`${reads ? "reads of" : "conversation"} ${conversationId}`, ofConversation],
        [`tenant ${tenantId}`, limits.tenant],
      ] as const;
      const full = keys.flatMap(([key, windows]) => fullOf(key, windows, now));
      const wait = Math.max(0, ...full.map(({ waitMs }) => waitMs));
      if (wait > 0) {
        const until = Date.now();
        const from = until - wayMs - Math.max(...full.map(({ ms }) => ms));
        throw refusals.throttled(Math.ceil(wait / 1_000), standStill.between(from, until) >= excusedMs);
      }
      for (const [key] of keys) times.set(key, [...(times.get(key) ?? []), now]);
    },
  };
}
