/** How many calls a server bears at once, found by trying: additive increase, multiplicative decrease. */
export interface InFlightLimit {
  readonly current: number;
  /**
   * Whether so many under way make use of it, so that what comes of them says something of more. Until it was too much once,
   * more than half do (as tcp_is_cwnd_limited of Linux): calls that end together are not followed by others in no time.
   */
  isUsed(underWay: number): boolean;
  /** One came back; `full`: the limit was made use of when it began. */
  worked(outcome: { readonly firstTokenMs: number; readonly full: boolean }): void;
  /** The server said that it has too much to do (429 or 503), or did not answer in time. */
  overloaded(): void;
}

export interface InFlightLimitOptions {
  readonly least: number;
  readonly most: number;
  /** Where it begins. */
  readonly start: number;
  /** A first token that takes longer than this, in milliseconds, says that too many wait at the server. */
  readonly firstTokenTargetMs: number;
}

/** What remains after too much, as in CUBIC (RFC 9438, section 4.6): a gentler cut than half. */
const cut = 0.7;

/**
 * Doubles with each round of good calls until it was too much once (slow start, RFC 5681, section 3.1); from then on it
 * grows by one for as many good calls as there are under way, and is cut once for what was under way together: calls that began before
 * a cut say nothing of what came after it.
 */
export function createInFlightLimit({
  least,
  most,
  start,
  firstTokenTargetMs,
}: InFlightLimitOptions): InFlightLimit {
  let limit = Math.min(most, Math.max(least, start));
  let good = 0;
  let everTooMuch = false;
  let underWay = 0;

  const shrink = (): void => {
    good = 0;
    everTooMuch = true;
    if (underWay > 0) return;
    underWay = Math.ceil(limit);
    limit = Math.max(least, Math.floor(limit * cut));
  };

  return {
    get current() {
      return Math.floor(limit);
    },
    isUsed: (atOnce) => (everTooMuch ? atOnce >= Math.floor(limit) : atOnce > limit / 2),
    worked({ firstTokenMs, full }) {
      underWay = Math.max(0, underWay - 1);
      if (firstTokenMs > firstTokenTargetMs) {
        shrink();
        return;
      }
      if (!full) return;
      good += 1;
      if (everTooMuch && good < limit) return;
      good = 0;
      limit = Math.min(most, limit + 1);
    },
    overloaded() {
      shrink();
    },
  };
}
