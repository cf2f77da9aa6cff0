/** Time comes from here, so that tests can set it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A signal that aborts after so many milliseconds. */
export type EndAfter = (ms: number) => AbortSignal;

/** By the machine's own timer. */
export const endAfter: EndAfter = (ms) => AbortSignal.timeout(ms);
