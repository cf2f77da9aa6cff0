import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";

export interface ForgivingCacheOptions {
  /** In the log: `the cache of answers`. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long it may take, in milliseconds. */
  readonly limitMs?: number;
}

/** Longer than a round trip to a Redis nearby takes, and shorter than anybody notices. */
const defaultLimitMs = 150;
/** A cache that failed is left alone for so long, so that the questions after it do not wait for it either. */
const leaveAloneMs = 5_000;

/** Does the work, or gives `otherwise` where it fails, takes too long or failed a moment ago; logged once until it works again. */
export type Forgiving = <T>(work: () => Promise<T>, otherwise: T) => Promise<T>;

export function createForgiving({
  name,
  clock,
  logger,
  limitMs = defaultLimitMs,
}: ForgivingCacheOptions): Forgiving {
  let away = false;
  let askedAgainAt = 0;

  return async (work, otherwise) => {
    if (clock.now().getTime() < askedAgainAt) return otherwise;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${String(limitMs)} ms`)), limitMs);
    });
    try {
      const done = await Promise.race([work(), late]);
      if (away) logger.warn(`${name} is back`);
      away = false;
      return done;
    } catch (error) {
      askedAgainAt = clock.now().getTime() + leaveAloneMs;
      if (!away) logger.warn(`${name} is away; it goes on without`, { reason: String(error) });
      away = true;
      return otherwise;
    } finally {
      clearTimeout(timer);
    }
  };
}
