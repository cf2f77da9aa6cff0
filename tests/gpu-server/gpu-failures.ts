import { seededRandom } from "./seeded-random.ts";

/** What goes wrong, and how often: shares of all requests, from 0 to 1, drawn by the seed. All of them are assumptions of a test. */
export interface GpuFailures {
  readonly seed: number;
  /** Refused at once with 429, as a provider whose quota is used up. */
  readonly refused429: number;
  /** Refused at once with 503, as a server that has too much to do. */
  readonly refused503: number;
  /** `Retry-After` of what is refused, in seconds; null: none. */
  readonly retryAfterS: number | null;
  /** The connection is closed in the middle of the answer. */
  readonly cut: number;
  /** Nothing comes any more in the middle of the answer; the connection stays open. */
  readonly stalled: number;
  /** So long after its start the server answers everything with 503, as one that loads its model, in milliseconds. */
  readonly slowStartMs: number;
}

export const noFailures: GpuFailures = {
  seed: 1,
  refused429: 0,
  refused503: 0,
  retryAfterS: null,
  cut: 0,
  stalled: 0,
  slowStartMs: 0,
};

export type Fate = "well" | "refused429" | "refused503" | "cut" | "stalled";

/** What becomes of each request, one after the other: the same for the same seed. */
export function createFates(failures: GpuFailures): () => Fate {
  const random = seededRandom(failures.seed);
  return () => {
    let left = random();
    for (const fate of ["refused429", "refused503", "cut", "stalled"] as const) {
      left -= failures[fate];
      if (left < 0) return fate;
    }
    return "well";
  };
}
