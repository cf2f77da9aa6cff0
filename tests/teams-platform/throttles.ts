import { refusals } from "./connector-refusal.ts";
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

export function createThrottle(limits: ThrottleLimits | null): Throttle {
  const times = new Map<string, number[]>();
  const waitMs = (key: string, windows: readonly ThrottleWindow[], now: number): number => {
    const past = times.get(key) ?? [];
    return Math.max(
      0,
      ...windows.map(({ count, ms }) => {
        const within = past.filter((time) => time > now - ms);
        return within.length < count ? 0 : (within.at(-count) ?? now) + ms - now;
      }),
    );
  };
  return {
    take(conversationId, tenantId, reads = false) {
      if (!limits) return;
      const now = performance.now();
      const ofConversation = limits.conversation.map(({ count, ms }) => ({
        count: reads ? count * readsPerSend : count,
        ms,
      }));
      const keys = [
        [`${reads ? "reads of" : "conversation"} ${conversationId}`, ofConversation],
        [`tenant ${tenantId}`, limits.tenant],
      ] as const;
      const wait = Math.max(...keys.map(([key, windows]) => waitMs(key, windows, now)));
      if (wait > 0) throw refusals.throttled(Math.ceil(wait / 1_000));
      for (const [key] of keys) times.set(key, [...(times.get(key) ?? []), now]);
    },
  };
}
