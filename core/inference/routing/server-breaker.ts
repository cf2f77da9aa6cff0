import type { Clock } from "../../clock.ts";

/** `closed`: calls are made. `open`: none is, for a while. `half-open`: one tries for all. */
export type BreakerState = "closed" | "open" | "half-open";

/** Leave to make one call; what became of it is told once, further words count for nothing. */
export interface Permit {
  /** The server is up: it answered, if only to refuse. */
  worked(): void;
  /** It could not be reached, failed, or did not answer in time. */
  failed(): void;
  /** The call was stopped before it showed anything. */
  dropped(): void;
}

/** Leaves a server alone that failed several times in a row, and lets one call try whether it is back. */
export interface ServerBreaker {
  readonly state: BreakerState;
  /** Whether a call would be let through now. */
  readonly available: boolean;
  /** Null where the server is left alone. */
  permit(): Permit | null;
}

export interface ServerBreakerOptions {
  readonly clock: Clock;
  /** Told of every opening and closing. */
  readonly onChange?: (change: { readonly state: "open" | "closed"; readonly pauseMs: number }) => void;
}

/** Failures in a row that open it. This and the pauses are the product's own choice. */
export const failuresBorne = 5;
/** After the first opening; twice as long after each try that fails. */
const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

export function createServerBreaker({ clock, onChange }: ServerBreakerOptions): ServerBreaker {
  let failures = 0;
  /** Openings in a row; 0: closed. */
  let openings = 0;
  let openUntil = 0;
  let probing = false;
  /** Calls that began before an opening or closing say nothing of what came after it. */
  let era = 0;
  const now = (): number => clock.now().getTime();

  const open = (): void => {
    const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(openings, 10), longestPauseMs);
    openings += 1;
    openUntil = now() + pauseMs;
    era += 1;
    onChange?.({ state: "open", pauseMs });
  };
  const close = (): void => {
    openings = 0;
    era += 1;
    onChange?.({ state: "closed", pauseMs: 0 });
  };
  const isAvailable = (): boolean => openings === 0 || (!probing && now() >= openUntil);

  return {
    get state() {
      if (openings === 0) return "closed";
      return probing || now() >= openUntil ? "half-open" : "open";
    },
    get available() {
      return isAvailable();
    },
    permit() {
      if (!isAvailable()) return null;
      const begun = era;
      const probe = openings > 0;
      if (probe) probing = true;
      let told = false;
      const tell = (consequence: () => void): void => {
        if (told) return;
        told = true;
        if (probe) probing = false;
        if (begun === era) consequence();
      };
      return {
        worked: () => {
          tell(() => {
            failures = 0;
            if (probe) close();
          });
        },
        failed: () => {
          tell(() => {
            failures += 1;
            if (probe || failures >= failuresBorne) open();
          });
        },
        dropped: () => {
          tell(() => undefined);
        },
      };
    },
  };
}
