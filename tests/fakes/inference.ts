import { createMemoryQueue } from "../../adapters/memory/queue.ts";
import { ExpertError } from "../../core/errors.ts";
import { silentLogger } from "../../core/logger.ts";
import type { Queue } from "../../core/queue.ts";
import type { InferenceEvents } from "../../core/inference/jobs/inference-events.ts";
import {
  endsInference,
  type InferenceEvent,
  type InferenceJob,
  type InferenceTier,
} from "../../core/inference/jobs/inference-job.ts";
import type { InferenceLine } from "../../core/inference/jobs/inference-line.ts";

interface Kept {
  readonly job: InferenceJob;
  attempt: number;
  /** Null while it waits. */
  heldUntil: number | null;
  lost: boolean;
}

/** The ends that calls came to, in tokens, by their jobs. */
export interface FakeLine extends InferenceLine {
  readonly costs: ReadonlyMap<string, number | null>;
  readonly jobs: ReadonlyMap<string, InferenceJob>;
  /** As those of another version: told to whoever takes next. */
  readonly unreadable: string[];
  /** As when Redis cannot be reached. */
  away: boolean;
  /** As when Redis starts again without its memory. */
  forget(): void;
  forgetWorkers(): void;
  /** The holds of all who hold one are over. */
  loseHolds(): void;
  /** Until when somebody holds it, in milliseconds; null where nobody does. */
  heldUntil(id: string): number | null;
}

const awayError = (): ExpertError => new ExpertError("queue_unavailable", "The line cannot be reached.");

/** First come, first served: fair shares are the contract's, which runs on the real ones. */
export function createFakeLine(now: () => number = Date.now): FakeLine {
  const kept = new Map<string, Kept>();
  const costs = new Map<string, number | null>();
  const present = new Map<string, { readonly tiers: readonly InferenceTier[]; readonly until: number }>();
  const line: FakeLine = {
    costs,
    unreadable: [],
    get jobs() {
      return new Map([...kept].map(([id, { job }]) => [id, job]));
    },
    away: false,
    forgetWorkers() {
      present.clear();
    },
    forget() {
      kept.clear();
    },
    loseHolds() {
      for (const one of kept.values()) if (one.heldUntil !== null) one.heldUntil = 0;
    },
    heldUntil: (id) => kept.get(id)?.heldUntil ?? null,
    add: reached((job) => {
      if (!kept.has(job.id)) kept.set(job.id, { job, attempt: 0, heldUntil: null, lost: false });
    }),
    take: reached((tier, holdMs) => {
      const late: string[] = [];
      for (const [id, one] of kept) {
        if (one.job.tier !== tier || one.heldUntil !== null || one.lost) continue;
        if (one.job.deadlineMs !== null && one.job.deadlineMs < now()) {
          kept.delete(id);
          late.push(id);
          continue;
        }
        one.attempt += 1;
        one.heldUntil = now() + holdMs;
        return { taken: { job: one.job, attempt: one.attempt }, late, unreadable: line.unreadable.splice(0) };
      }
      return { taken: null, late, unreadable: line.unreadable.splice(0) };
    }),
    extend: reached((_tier, id, attempt, holdMs) => {
      const one = kept.get(id);
      if (!one || one.attempt !== attempt || one.heldUntil === null || one.lost) return false;
      one.heldUntil = now() + holdMs;
      return true;
    }),
    end: reached((_tier, id, attempt, cost) => {
      const one = kept.get(id);
      if (!one || one.attempt !== attempt || one.heldUntil === null || one.lost) return false;
      costs.set(id, cost);
      return kept.delete(id);
    }),
    remove: reached((_tier, id) => void kept.delete(id)),
    lost: reached((tier) => {
      const found = [...kept.values()].filter(
        ({ job, heldUntil, lost }) => job.tier === tier && heldUntil !== null && heldUntil <= now() && !lost,
      );
      for (const one of found) one.lost = true;
      return found.map(({ job }) => job.id);
    }),
    back: reached((_tier, id) => {
      const one = kept.get(id);
      if (!one?.lost) return false;
      one.lost = false;
      one.heldUntil = null;
      return true;
    }),
    placeOf: reached((tier, id) => {
      const waiting = [...kept.values()].filter(
        ({ job, heldUntil }) => job.tier === tier && heldUntil === null,
      );
      const at = waiting.findIndex(({ job }) => job.id === id);
      return at < 0 ? null : at;
    }),
    has: reached((tier, id) => kept.get(id)?.job.tier === tier),
    length: reached(
      (tier) =>
        [...kept.values()].filter(({ job, heldUntil }) => job.tier === tier && heldUntil === null).length,
    ),
    serve: reached((worker, tiers, forMs) => {
      if (tiers.length === 0) present.delete(worker);
      else present.set(worker, { tiers, until: now() + forMs });
    }),
    workers: reached(
      (tier) =>
        [...present.values()].filter(({ tiers, until }) => tiers.includes(tier) && until > now()).length,
    ),
    close: () => Promise.resolve(),
  };
  return line;

  function reached<A extends readonly unknown[], R>(work: (...args: A) => R): (...args: A) => Promise<R> {
    return async (...args) => {
      // As over a wire: never in the same turn.
      await new Promise(setImmediate);
      if (line.away) throw awayError();
      return work(...args);
    };
  }
}

export interface FakeEvents extends InferenceEvents {
  readonly published: ReadonlyMap<string, readonly InferenceEvent[]>;
  readonly stops: ReadonlySet<string>;
  readonly forgotten: ReadonlySet<string>;
  /** What is published does not arrive, as when Redis is away. */
  drops: boolean;
}

export function createFakeEvents(): FakeEvents {
  const published = new Map<string, InferenceEvent[]>();
  const attempts = new Map<string, number>();
  const stops = new Set<string>();
  const forgotten = new Set<string>();
  const watching = new Map<string, Set<() => void>>();
  let wake: () => void = () => undefined;
  let grown = new Promise<void>((resolve) => (wake = resolve));
  const grow = (): void => {
    wake();
    grown = new Promise<void>((resolve) => (wake = resolve));
  };
  const events: FakeEvents = {
    published,
    stops,
    forgotten,
    drops: false,
    publish(job, attempt, event) {
      if (events.drops || attempt < (attempts.get(job) ?? 0)) return;
      attempts.set(job, attempt);
      published.set(job, [...(published.get(job) ?? []), event]);
      grow();
    },
    flush: () => Promise.resolve(!events.drops),
    told: (job) => Promise.resolve((published.get(job)?.length ?? 0) > 0),
    async *subscribe(job, signal) {
      const stopped = new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      for (let at = 0; !signal.aborted;) {
        const event = published.get(job)?.[at];
        if (event) {
          at += 1;
          yield event;
          if (endsInference(event)) return;
        } else await Promise.race([grown, stopped]);
      }
    },
    stop(job) {
      stops.add(job);
      published.delete(job);
      for (const onStop of watching.get(job) ?? []) onStop();
    },
    forget(job) {
      forgotten.add(job);
    },
    onStop(job, onStop) {
      const all = watching.get(job) ?? new Set();
      watching.set(job, all.add(onStop));
      if (stops.has(job))
        setImmediate(() => {
          if (all.has(onStop)) onStop();
        });
      return () => void all.delete(onStop);
    },
    close: () => Promise.resolve(),
  };
  return events;
}

export interface FakeInference {
  readonly line: FakeLine;
  readonly events: FakeEvents;
  readonly queue: Queue;
}

export const createFakeInference = (now?: () => number): FakeInference => ({
  line: createFakeLine(now),
  events: createFakeEvents(),
  queue: createMemoryQueue({ logger: silentLogger }),
});
