import type { Clock } from "../../core/clock.ts";
import { isExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { ProcessOptions, PacedWorker } from "../../core/queue.ts";
import { createJobLine } from "./job-line.ts";
import { createKeyMemory } from "./key-memory.ts";
import type { Turnstile } from "./turnstile.ts";

export interface LaneOptions {
  readonly name: string;
  readonly rememberMs: number;
  readonly maximumRememberedKeys: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Jobs of this queue pass it; none where they begin as they come. */
  readonly turnstile?: Turnstile;
}

interface HowToWake {
  readonly delayMs: number;
  readonly again: boolean;
  readonly forget: boolean;
}

/** One queue: its jobs, its workers, and the keys it has seen. */
export interface QueueLane<J> {
  add(id: string, job: J, how: HowToWake): void;
  work(handler: (job: J) => Promise<void>, options: ProcessOptions): PacedWorker;
  close(): Promise<void>;
}

interface Entry<J> {
  readonly id: string;
  readonly job: J;
  readonly forget: boolean;
  attempts: number;
}

interface Hand<J> {
  readonly handler: (job: J) => Promise<void>;
  readonly options: ProcessOptions;
  readonly running: Set<Promise<void>>;
  concurrency: number;
  open: boolean;
}

export function createQueueLane<J>(options: LaneOptions): QueueLane<J> {
  const { clock, logger, name, turnstile } = options;
  const waiting = createJobLine<Entry<J>>();
  const unfinished = new Set<string>();
  /** Of the unfinished, those that no worker has in its hands. */
  const idle = new Set<string>();
  const finished = createKeyMemory({
    rememberMs: options.rememberMs,
    maximumKeys: options.maximumRememberedKeys,
  });
  const timers = new Set<NodeJS.Timeout>();
  const hands: Hand<J>[] = [];
  let wakeup: NodeJS.Immediate | null = null;

  const finish = (entry: Entry<J>) => {
    unfinished.delete(entry.id);
    if (!entry.forget) finished.add(entry.id, clock.now().getTime());
  };

  const later = (entry: Entry<J>, delayMs: number) => {
    idle.add(entry.id);
    const timer = setTimeout(() => {
      timers.delete(timer);
      waiting.push(entry);
      wake();
    }, delayMs);
    timers.add(timer);
  };

  const run = async (hand: Hand<J>, entry: Entry<J>) => {
    entry.attempts += 1;
    idle.delete(entry.id);
    try {
      await hand.handler(entry.job);
      finish(entry);
    } catch (error) {
      const facts = {
        queue: name,
        job: entry.id,
        attempt: entry.attempts,
        code: isExpertError(error) ? error.code : "internal",
        error: error instanceof Error ? error.message : String(error),
      };
      if (entry.attempts >= hand.options.attempts) {
        finish(entry);
        logger.error("A job failed for good", facts);
      } else {
        const retryInMs = hand.options.retryDelayMs * 2 ** (entry.attempts - 1);
        logger.warn("A job failed and is tried again", { ...facts, retryInMs });
        later(entry, retryInMs);
      }
    }
  };

  const serve = () => {
    wakeup = null;
    for (const hand of hands)
      while (hand.open && hand.running.size < hand.concurrency) {
        if (waiting.length === 0 || turnstile?.enter(wake) === false) return;
        const entry = waiting.shift();
        if (!entry) return;
        const began = performance.now();
        const running = run(hand, entry).finally(() => {
          turnstile?.left(performance.now() - began);
          hand.running.delete(running);
          wake();
        });
        hand.running.add(running);
      }
  };

  // Not at once: whoever enqueues finishes its own work first, for instance the answer to a request.
  const wake = () => {
    if (waiting.length > 0 && hands.length > 0) wakeup ??= setImmediate(serve);
  };

  const closeHand = async (hand: Hand<J>) => {
    hand.open = false;
    await Promise.all(hand.running);
    const index = hands.indexOf(hand);
    if (index >= 0) hands.splice(index, 1);
  };

  return {
    add(id, job, { delayMs, again, forget }) {
      const known = again ? idle.has(id) : unfinished.has(id) || finished.has(id, clock.now().getTime());
      if (known) return;
      unfinished.add(id);
      const entry: Entry<J> = { id, job, forget, attempts: 0 };
      if (delayMs > 0) later(entry, delayMs);
      else {
        idle.add(id);
        waiting.push(entry);
        wake();
      }
    },
    work(handler, processOptions) {
      const { concurrency } = processOptions;
      const hand: Hand<J> = { handler, options: processOptions, running: new Set(), concurrency, open: true };
      hands.push(hand);
      wake();
      return {
        setConcurrency(atOnce) {
          hand.concurrency = atOnce;
          wake();
        },
        close: () => closeHand(hand),
      };
    },
    async close() {
      await Promise.all([...hands].map(closeHand));
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      if (wakeup) clearImmediate(wakeup);
    },
  };
}
