import type { Clock } from "../../clock.ts";
import type { ExpertError } from "../../errors.ts";
import { tellWaiting } from "../tell-waiting.ts";
import { createFairLine, type FairLineOptions, type Waiting } from "./fair-line.ts";
import type { InFlightLimit } from "./in-flight-limit.ts";
import { stopped, tooLate, tooMany } from "./line-errors.ts";

/** A call's place at the server, to be given back once. */
export interface Slot {
  /** It came back: what it cost, in tokens, and how long its first token took. */
  worked(cost: number, firstTokenMs: number): void;
  /** It did not; `overloaded`: since the server has too much to do. */
  failed(overloaded: boolean): void;
}

export interface Admission extends Waiting {
  readonly signal: AbortSignal | undefined;
  /** Not begun after this moment; null: it waits as long as it takes. */
  readonly deadline: Date | null;
  /** Told now and then, while it waits, about how many are before it. */
  readonly onWaiting?: ((place: number) => void) | undefined;
}

/** The way to one model: no more calls at once than its server bears, and those who wait in fair order. */
export interface Lane {
  /**
   * Resolves once it is this call's turn. Throws `cancelled` where it is stopped before, `model_timeout` where its deadline passes, and
   * `model_unavailable` where too many wait already.
   */
  enter(call: Admission): Promise<Slot>;
  readonly waiting: number;
  readonly running: number;
}

export interface LaneOptions extends FairLineOptions {
  readonly clock: Clock;
  readonly limit: InFlightLimit;
  /** Calls that wait at most; further ones are refused at once. 10,000 unless told. */
  readonly mostWaiting?: number;
}

interface Turn extends Admission {
  begin(slot: Slot): void;
}

export function createLane({ clock, limit, mostWaiting = 10_000, ...shares }: LaneOptions): Lane {
  const line = createFairLine<Turn>(shares);
  let running = 0;

  const admit = (): void => {
    while (running < limit.current) {
      const turn = line.take();
      if (!turn) return;
      running += 1;
      turn.begin(slotOf(turn, limit.isUsed(running)));
    }
  };

  const slotOf = (turn: Turn, full: boolean): Slot => {
    let given = false;
    const giveBack = (settle: () => void): void => {
      if (given) return;
      given = true;
      running -= 1;
      settle();
      admit();
    };
    return {
      worked(cost, firstTokenMs) {
        giveBack(() => {
          line.settle(turn, cost);
          limit.worked({ firstTokenMs, full });
        });
      },
      failed(overloaded) {
        giveBack(() => {
          line.settle(turn, 0);
          if (overloaded) limit.overloaded();
        });
      },
    };
  };

  return {
    get waiting() {
      return line.length;
    },
    get running() {
      return running;
    },
    enter: (call) =>
      new Promise<Slot>((resolve, reject) => {
        const { signal, deadline, onWaiting } = call;
        if (signal?.aborted) {
          reject(stopped());
          return;
        }
        if (line.length >= mostWaiting) {
          reject(tooMany(line.length));
          return;
        }
        let begun = false;
        let timer: NodeJS.Timeout | undefined;
        let tellNoMore: (() => void) | undefined;
        const leave = (why: () => ExpertError): void => {
          if (!line.remove(turn)) return;
          clear();
          reject(why());
        };
        const stop = (): void => leave(stopped);
        const clear = (): void => {
          clearTimeout(timer);
          tellNoMore?.();
          signal?.removeEventListener("abort", stop);
        };
        const turn: Turn = {
          ...call,
          begin(slot) {
            begun = true;
            clear();
            resolve(slot);
          },
        };
        line.add(turn);
        admit();
        if (begun) return;
        signal?.addEventListener("abort", stop, { once: true });
        if (deadline)
          timer = setTimeout(() => leave(tooLate), Math.max(0, deadline.getTime() - clock.now().getTime()));
        if (onWaiting) tellNoMore = tellWaiting({ placeOf: () => line.placeOf(turn), tell: onWaiting });
      }),
  };
}
