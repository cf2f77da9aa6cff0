import { LRUCache } from "lru-cache";
import type { Draft } from "../../core/answering/draft.ts";
import type { Clock } from "../../core/clock.ts";
import type { AnswerCache } from "../../core/inference/cache/answer-cache.ts";

/** Bytes of drafts in one thread: some thousands of them. The product's own choice, as the next. */
const mostBytes = 16 * 2 ** 20;
/** The largest that is kept. */
const largestBytes = 64 * 1024;

/** Drafts in this process, of which those that were not used for the longest time make room. */
export function createMemoryAnswerCache({
  clock,
  bytes = mostBytes,
}: {
  readonly clock: Clock;
  readonly bytes?: number;
}): AnswerCache {
  const kept = new LRUCache<string, string>({
    maxSize: bytes,
    maxEntrySize: Math.min(bytes, largestBytes),
    // A character of a string takes two bytes at most.
    sizeCalculation: (draft, name) => 2 * (draft.length + name.length),
    ttlResolution: 0,
    perf: { now: () => clock.now().getTime() },
  });
  return {
    async find(tenant, key) {
      const draft = kept.get(`${tenant} ${key}`);
      return draft === undefined ? null : (JSON.parse(draft) as Draft);
    },
    async keep(tenant, key, draft, forMs) {
      kept.set(`${tenant} ${key}`, JSON.stringify(draft), { ttl: forMs });
    },
  };
}
