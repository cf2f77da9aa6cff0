import { setTimeout as delay } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { ExpertError, isExpertError } from "../../../core/errors.ts";
import { callSlack } from "../client/slack-client.ts";

/** Calls that show progress, or look what stands in a thread: any of them may wait, or be left out. */
export type SpareCall =
  | "chat.startStream"
  | "chat.appendStream"
  | "chat.update"
  | "conversations.replies"
  | "assistant.threads.setStatus";

/** Keeps to the pace that Slack allows. */
export interface MessagePace {
  /**
   * Waits for a new message's turn in its channel, first come, first served, and tells how long it waited, in
   * milliseconds. Where that takes longer than `longestWaitMs` it throws `rate_limited`: nothing is posted, and the worker
   * is free for other channels.
   * @param patience "long" waits whatever it takes: for the later parts of a message that has begun.
   */
  take(workspaceId: string, channelId: string, patience?: "short" | "long"): Promise<number>;
  /** Takes one of the calls that a workspace has left to spare. Throws `rate_limited` where it has none. */
  spare(workspaceId: string, call: SpareCall): void;
  /**
   * Posts a new message, after `take`. Where Slack wants a pause, nobody's turn in the channel comes before it is over.
   * Throws what `callSlack` throws.
   */
  post<T>(channelId: string, work: () => Promise<T>): Promise<T>;
  /**
   * Makes any other call. Where Slack has wanted a pause of the method in this workspace, it throws `rate_limited` without
   * calling until that is over; otherwise what `callSlack` throws.
   */
  call<T>(workspaceId: string, method: string, work: () => Promise<T>): Promise<T>;
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

/** Messages that a workspace takes at once, before its pace holds; the product's own choice. */
const workspaceBurst = 50;

/**
 * Calls to spare per minute and workspace. The same page: tier 2 is 20, tier 3 is 50, tier 4 is 100 a minute; 600 for the
 * status (https://docs.slack.dev/reference/methods/assistant.threads.setStatus), most of them for what is being done. What is left
 * of them is for the calls that an answer needs: the end of each stream, the last edit of each message.
 */
const sparePerMinute: Readonly<Record<SpareCall, number>> = {
  "chat.startStream": 16,
  "chat.appendStream": 90,
  "chat.update": 30,
  "conversations.replies": 40,
  "assistant.threads.setStatus": 200,
};

const channelsRemembered = 50_000;
const workspacesRemembered = 10_000;
const pausesRemembered = 10_000;
const minuteMs = 60_000;

/** @param now milliseconds on a clock that never goes back; that of `performance` unless told */
export function createMessagePace(
  limits: PaceLimits = slackPace,
  now: () => number = () => performance.now(),
): MessagePace {
  const channels = createRegulator({
    now,
    gapMs: 1_000 / limits.channelMessagesPerSecond,
    burst: 1,
    max: channelsRemembered,
  });
  const workspaces = createRegulator({
    now,
    gapMs: minuteMs / limits.workspaceMessagesPerMinute,
    burst: workspaceBurst,
    max: workspacesRemembered,
  });
  // Half of them at once, the other half in the course of the minute: never more than all in any minute.
  const spares = new Map(
    Object.entries(sparePerMinute).map(([call, count]) => [
      call,
      createRegulator({ now, gapMs: minuteMs / (count / 2), burst: count / 2, max: workspacesRemembered }),
    ]),
  );

  /** Until when a workspace wants no more of a method. */
  const pauses = new LRUCache<string, number>({ max: pausesRemembered });

  async function heeding<T>(work: () => Promise<T>, pause: (pauseMs: number) => void): Promise<T> {
    try {
      return await callSlack(work);
    } catch (error) {
      const pauseMs = pauseOf(error);
      if (pauseMs !== null) pause(pauseMs);
      throw error;
    }
  }

  return {
    async take(workspaceId, channelId, patience = "short") {
      const waitMs = Math.max(channels.wait(channelId), workspaces.wait(workspaceId));
      if (patience === "short" && waitMs > limits.longestWaitMs) throw tooFast(waitMs);
      channels.reserve(channelId, waitMs);
      workspaces.reserve(workspaceId, waitMs);
      if (waitMs > 0) await delay(waitMs);
      return waitMs;
    },
    spare(workspaceId, call) {
      const regulator = spares.get(call);
      const waitMs = regulator?.wait(workspaceId) ?? 0;
      if (waitMs > 0) throw tooFast(waitMs);
      regulator?.reserve(workspaceId, 0);
    },
    post: (channelId, work) =>
      heeding(work, (pauseMs) => {
        channels.hold(channelId, pauseMs);
      }),
    async call(workspaceId, method, work) {
      const key = `${workspaceId} ${method}`;
      const waitMs = Math.ceil((pauses.get(key) ?? 0) - now());
      if (waitMs > 0) throw tooFast(waitMs);
      return await heeding(work, (pauseMs) => pauses.set(key, now() + pauseMs));
    },
  };
}

interface Regulator {
  /** How long the next one of a key would wait, in milliseconds. */
  wait(key: string): number;
  /** Gives the place after `waitMs` away. */
  reserve(key: string, waitMs: number): void;
  /** Nobody before `pauseMs` are over. */
  hold(key: string, pauseMs: number): void;
}

/** The generic cell rate algorithm: one each `gapMs`, and up to `burst` at once after a rest. */
function createRegulator(options: {
  readonly now: () => number;
  readonly gapMs: number;
  readonly burst: number;
  readonly max: number;
}): Regulator {
  const { now, gapMs, burst, max } = options;
  /** When the pace would be kept exactly, had there been no burst. */
  const due = new LRUCache<string, number>({ max });
  const earliest = (key: string): number => (due.get(key) ?? 0) - (burst - 1) * gapMs;
  return {
    wait: (key) => Math.max(0, Math.ceil(earliest(key) - now())),
    reserve(key, waitMs) {
      const at = now() + waitMs;
      due.set(key, Math.max(due.get(key) ?? 0, at) + gapMs);
    },
    hold(key, pauseMs) {
      const until = now() + pauseMs + (burst - 1) * gapMs;
      due.set(key, Math.max(due.get(key) ?? 0, until));
    },
  };
}

/** How long Slack, or our own pace, wants to be left alone, in milliseconds; null where that is not what went wrong. */
export function pauseOf(error: unknown): number | null {
  if (!isExpertError(error, "rate_limited")) return null;
  const { retryAfterMs } = error.facts;
  return typeof retryAfterMs === "number" ? retryAfterMs : null;
}

const tooFast = (retryAfterMs: number): ExpertError =>
  new ExpertError("rate_limited", "Slack takes no more of it there for a moment.", {
    remedy: "Nothing to do: it is done as soon as Slack takes it.",
    facts: { retryAfterMs },
  });
