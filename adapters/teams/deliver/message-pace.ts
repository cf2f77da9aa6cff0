import { setTimeout as delay } from "node:timers/promises";
import { ExpertError, wantedPauseMs } from "../../../core/errors.ts";
import { splitConversationId } from "../thread-key.ts";
import { createSlidingWindows, type SlidingWindows, type Window } from "./sliding-windows.ts";

/** Keeps to the pace that Teams allows; posts, updates and parts of a stream count alike. */
export interface MessagePace {
  /**
   * Waits for a call's turn in its conversation, first come, first served. Where that takes longer than `longestWaitMs` it
   * throws `rate_limited`: nothing is sent, and the worker is free for other conversations.
   * @param patience "long" waits up to `longestPatienceMs`: for the later parts of a message that has begun.
   */
  take(msTenantId: string, conversationId: string, patience?: "short" | "long"): Promise<void>;
  /** The same for a call that reads who is in a conversation, or a team's channels. */
  read(msTenantId: string, conversationId: string, patience?: "short" | "long"): Promise<void>;
  /** Takes a place at once where there is more than what answers need; otherwise throws `rate_limited`. */
  spare(msTenantId: string, conversationId: string): void;
  /** Makes a call. Where Teams wants a pause, nobody's turn in the conversation comes before it is over. */
  heed<T>(conversationId: string, work: () => Promise<T>): Promise<T>;
}

export interface PaceLimits {
  /** Of one bot in one chat, group or channel, whose threads count together. */
  readonly conversation: readonly Window[];
  /** Of one bot in one Microsoft tenant. */
  readonly tenant: readonly Window[];
  /** By how much each window is longer here: Teams counts calls as they arrive, some of them later than others. */
  readonly latenessMs: number;
  readonly longestWaitMs: number;
  readonly longestPatienceMs: number;
}

/** https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit; the waits are the product's own. */
export const teamsPace: PaceLimits = {
  conversation: [
    { count: 7, ms: 1_000 },
    { count: 8, ms: 2_000 },
    { count: 60, ms: 30_000 },
    { count: 1_800, ms: 3_600_000 },
  ],
  tenant: [{ count: 30, ms: 1_000 }],
  latenessMs: 150,
  longestWaitMs: 2_500,
  longestPatienceMs: 35_000,
};

/** Places that progress leaves to answers, the product's own choice: a text, a card, and one to spare. */
const keptFree = { conversation: 3, tenant: 10 } as const;

/** Reads of a conversation count apart from what is written, and may come twice as often (the same page). */
const readsPerMessage = 2;

const conversationsRemembered = 50_000;
const tenantsRemembered = 10_000;

/** What the pace goes by. */
export interface PaceTime {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  wait(ms: number): Promise<void>;
}

const machineTime: PaceTime = { now: () => performance.now(), wait: (ms) => delay(ms) };

/** @param time the machine's own unless told. */
export function createMessagePace(
  limits: PaceLimits = teamsPace,
  { now, wait }: PaceTime = machineTime,
): MessagePace {
  const longer = (windows: readonly Window[]): readonly Window[] =>
    windows.map(({ count, ms }) => ({ count, ms: ms + limits.latenessMs }));
  const conversations = createSlidingWindows(longer(limits.conversation), conversationsRemembered, now);
  const reads = createSlidingWindows(
    longer(limits.conversation.map(({ count, ms }) => ({ count: count * readsPerMessage, ms }))),
    conversationsRemembered,
    now,
  );
  const tenants = createSlidingWindows(longer(limits.tenant), tenantsRemembered, now);
  const chatOf = (conversationId: string): string => splitConversationId(conversationId).baseId;
  async function take(
    calls: SlidingWindows,
    msTenantId: string,
    conversationId: string,
    patience: "short" | "long",
  ): Promise<void> {
    const chat = chatOf(conversationId);
    const waitMs = tenants.fit(msTenantId, calls.wait(chat));
    const most = patience === "short" ? limits.longestWaitMs : limits.longestPatienceMs;
    if (waitMs > most) throw tooFast(waitMs);
    calls.reserve(chat, waitMs);
    tenants.reserve(msTenantId, waitMs);
    if (waitMs > 0) await wait(waitMs);
  }
  return {
    take: (msTenantId, conversationId, patience = "short") =>
      take(conversations, msTenantId, conversationId, patience),
    read: (msTenantId, conversationId, patience = "short") =>
      take(reads, msTenantId, conversationId, patience),
    spare(msTenantId, conversationId) {
      const chat = chatOf(conversationId);
      const waitMs = Math.max(
        conversations.wait(chat, keptFree.conversation),
        tenants.fit(msTenantId, 0, keptFree.tenant),
      );
      if (waitMs > 0) throw tooFast(waitMs);
      conversations.reserve(chat, 0);
      tenants.reserve(msTenantId, 0);
    },
    async heed(conversationId, work) {
      try {
        return await work();
      } catch (error) {
        const pauseMs = wantedPauseMs(error);
        if (pauseMs !== null) conversations.hold(chatOf(conversationId), pauseMs);
        throw error;
      }
    },
  };
}

const tooFast = (retryAfterMs: number): ExpertError =>
  new ExpertError("rate_limited", "Teams takes no more of it there for a moment.", {
    remedy: "Nothing to do: it is done as soon as Teams takes it.",
    facts: { retryAfterMs },
  });
