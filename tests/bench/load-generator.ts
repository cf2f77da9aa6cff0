import { setTimeout as sleepFor } from "node:timers/promises";

export interface OpenLoop {
  readonly perSecond: number;
  readonly seconds: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/** One arrival of an open loop, in milliseconds of the generator's clock. */
export interface Arrival<T> {
  /** When it was due: latencies count from here. */
  readonly scheduledAt: number;
  /** When it was sent; later than due where the generator itself was held up. */
  readonly sentAt: number;
  readonly outcome: PromiseSettledResult<T>;
}

/**
 * Sends at a fixed rate whether or not earlier requests have been answered, as people do. Latency counts from the
 * schedule: a server that stalls is charged for everyone who would have waited, and not only for the one request that a
 * closed loop would have had in flight (“coordinated omission”). Resolves when every request has ended.
 */
export async function openLoop<T>(
  { perSecond, seconds, now = () => performance.now(), sleep = sleepFor }: OpenLoop,
  send: (index: number) => Promise<T>,
): Promise<readonly Arrival<T>[]> {
  const total = Math.round(perSecond * seconds);
  const begin = now();
  const arrivals: Promise<Arrival<T>>[] = [];
  while (arrivals.length < total) {
    const scheduledAt = begin + (arrivals.length * 1_000) / perSecond;
    const early = scheduledAt - now();
    if (early > 0) await sleep(early);
    else arrivals.push(arrive(send, arrivals.length, scheduledAt, now()));
  }
  return await Promise.all(arrivals);
}

async function arrive<T>(
  send: (index: number) => Promise<T>,
  index: number,
  scheduledAt: number,
  sentAt: number,
): Promise<Arrival<T>> {
  const [outcome] = await Promise.allSettled([send(index)]);
  return { scheduledAt, sentAt, outcome };
}
