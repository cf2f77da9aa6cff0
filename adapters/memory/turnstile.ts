export interface TurnstileOptions {
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
}

/** Lets jobs begin: as many as there are hands, and in a rush one after the other. */
export interface Turnstile {
  /** An event has arrived. */
  arrived(): void;
  /** Whether a job may begin now; where not, `wake` is called when it may be tried again. */
  enter(wake: () => void): boolean;
  /** A job that entered has ended after `tookMs`. */
  left(tookMs: number): void;
  close(): void;
}

/**
 * From so many events a second on it is a rush. Slack sends an app at most 30,000 an hour from one workspace
 * (docs.slack.dev, Events API), which is 8 a second.
 */
const rushPerSecond = 50;
const windowMs = 500;
/** A rush that lasts longer is no rush: then whoever asked first has waited long enough. */
const longestRushMs = 60_000;
/** A job that waited for others has held up nobody. */
const longestRestMs = 100;

/**
 * In a rush, what arrives goes before what has arrived: jobs begin one at a time, each after a rest as long as the last
 * one took, so that acknowledging finds the processor and the database free. At all other times it only counts.
 */
export function createTurnstile({ now = () => performance.now() }: TurnstileOptions = {}): Turnstile {
  const waiting = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let inside = 0;
  let restUntil = 0;
  let windowBegan = -Infinity;
  let arrivals = 0;
  let arrivalsBefore = 0;
  let rushBegan: number | null = null;

  /** Arrivals are counted by windows: this one's and the last one's. */
  const turnWindow = (at: number): void => {
    const windows = Math.floor((at - windowBegan) / windowMs);
    if (windows === 0) return;
    arrivalsBefore = windows === 1 ? arrivals : 0;
    arrivals = 0;
    windowBegan = windows === 1 ? windowBegan + windowMs : at;
  };
  const inRush = (at: number): boolean => {
    turnWindow(at);
    const enough = (rushPerSecond * windowMs) / 1_000;
    if (arrivals < enough && arrivalsBefore < enough) {
      rushBegan = null;
      return false;
    }
    rushBegan ??= at;
    return at - rushBegan < longestRushMs;
  };
  const wakeAll = (): void => {
    timer = null;
    const wakes = [...waiting];
    waiting.clear();
    for (const wake of wakes) wake();
  };

  return {
    arrived() {
      turnWindow(now());
      arrivals += 1;
    },
    enter(wake) {
      const at = now();
      if (!inRush(at) || (inside === 0 && at >= restUntil)) {
        inside += 1;
        return true;
      }
      waiting.add(wake);
      // Also while a job is inside: the rush may end before it does.
      timer ??= setTimeout(wakeAll, at < restUntil ? restUntil - at : longestRestMs);
      return false;
    },
    left(tookMs) {
      inside -= 1;
      restUntil = now() + Math.min(tookMs, longestRestMs);
      if (waiting.size === 0) return;
      if (timer) clearTimeout(timer);
      timer = setTimeout(wakeAll, inRush(now()) ? Math.min(tookMs, longestRestMs) : 0);
    },
    close() {
      if (timer) clearTimeout(timer);
      waiting.clear();
    },
  };
}
