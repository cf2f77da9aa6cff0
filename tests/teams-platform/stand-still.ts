/**
 * When this process stood still: on a machine that is busy with something else, calls that the bot sent apart from each other
 * arrive together.
 */
export interface StandStill {
  /** For how long it did between two moments, in milliseconds since 1970. */
  between(from: number, until: number): number;
  stop(): void;
}

const lookEveryMs = 10;
/** Every program has shorter ones. */
const leastMs = 25;

export function watchStandStill(): StandStill {
  const noted: { readonly until: number; readonly ms: number }[] = [];
  let looked = Date.now();
  const look = (): void => {
    const now = Date.now();
    const ms = now - looked - lookEveryMs;
    if (ms >= leastMs) noted.push({ until: now, ms });
    looked = now;
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    between(from, until) {
      look();
      return noted
        .filter((one) => one.until >= from && one.until - one.ms <= until)
        .reduce((sum, { ms }) => sum + ms, 0);
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
