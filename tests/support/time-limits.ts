import type { EndAfter } from "../../core/clock.ts";

/** A limit of time for what is not to run into one, however slow the machine is. */
export const amplyMs = 120_000;

/**
 * Limits of time that end a request once they are over and the other side has heard of it: a machine that stands still
 * between the two would else end a request that was never sent.
 * @param heard how many requests the other side has heard of, this one's among them as the next
 */
export const endOnceHeard =
  (heard: () => number): EndAfter =>
  (ms) => {
    const before = heard();
    const ending = new AbortController();
    const end = (): void => {
      if (heard() > before) ending.abort(new DOMException("It took too long.", "TimeoutError"));
      else setTimeout(end, 5).unref();
    };
    setTimeout(end, ms).unref();
    return ending.signal;
  };

/** An address where nothing listens: no program is given so low a port unless it asks for it. */
export const nobodyListens = "http://127.0.0.1:2";
