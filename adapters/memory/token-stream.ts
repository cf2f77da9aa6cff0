import { type Clock, systemClock } from "../../core/clock.ts";
import { endsStream } from "../../core/conversation/turn-event.ts";
import type { TenantId, TurnId } from "../../core/ids.ts";
import type { SequencedTurnEvent, TokenStream } from "../../core/inference/token-stream.ts";
import { createTurnLog, type TurnLog } from "./turn-log.ts";

export interface MemoryTokenStreamOptions {
  /** How long an ended turn is remembered, for those who reconnect; 30 s unless told. */
  readonly rememberMs?: number;
  /** How many events of a turn are numbered one by one; then text is numbered in larger pieces. */
  readonly maximumEvents?: number;
  readonly clock?: Clock;
}

export interface MemoryTokenStream extends TokenStream {
  /** How many turns are held now. */
  readonly turns: number;
}

interface StreamedTurn {
  readonly log: TurnLog;
  /** Those who wait for the next event. */
  readonly waiting: Set<() => void>;
  readers: number;
  touchedAt: number;
}

/** A turn that never ended and that nobody reads was abandoned by its worker. */
const abandonedAfterMs = 15 * 60_000;
const sweepEveryMs = 5000;

/**
 * Carries events within one process. It forgets ended turns, so a subscriber looks at the turn's row first: a turn
 * that was forgotten looks like one that has not begun.
 */
export function createMemoryTokenStream({
  rememberMs = 30_000,
  maximumEvents = 4096,
  clock = systemClock,
}: MemoryTokenStreamOptions = {}): MemoryTokenStream {
  const turns = new Map<string, StreamedTurn>();
  let sweeper: NodeJS.Timeout | null = null;
  let closed = false;

  const sweep = () => {
    const now = clock.now().getTime();
    for (const [key, turn] of turns) {
      const idleMs = now - turn.touchedAt;
      // Readers of an ended turn hold it themselves until they are done.
      const forget = turn.log.ended ? idleMs >= rememberMs : turn.readers === 0 && idleMs >= abandonedAfterMs;
      if (forget) turns.delete(key);
    }
    if (turns.size === 0 && sweeper) {
      clearInterval(sweeper);
      sweeper = null;
    }
  };

  const held = (key: string): StreamedTurn => {
    const existing = turns.get(key);
    if (existing) return existing;
    const turn: StreamedTurn = {
      log: createTurnLog(maximumEvents),
      waiting: new Set(),
      readers: 0,
      touchedAt: clock.now().getTime(),
    };
    turns.set(key, turn);
    sweeper ??= setInterval(sweep, Math.min(sweepEveryMs, Math.max(rememberMs, 1))).unref();
    return turn;
  };

  const wake = (turn: StreamedTurn) => {
    for (const resolve of turn.waiting) resolve();
    turn.waiting.clear();
  };

  const something = (turn: StreamedTurn, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        turn.waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      turn.waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });

  async function* read(key: string, afterSequence: number, signal: AbortSignal) {
    if (closed || signal.aborted) return;
    const turn = held(key);
    turn.readers += 1;
    // A number that this log never gave is from before a restart: that reader begins anew.
    let sequence = afterSequence > turn.log.lastSequence ? 0 : afterSequence;
    try {
      while (!closed && !signal.aborted) {
        const next = turn.log.next(sequence);
        if (next) {
          sequence = next.sequence;
          yield next;
          if (endsStream(next.event)) return;
        } else if (turn.log.isOver(sequence)) return;
        else await something(turn, signal);
      }
    } finally {
      turn.readers -= 1;
      const unused = turn.readers === 0 && turn.log.empty;
      if (unused && turns.get(key) === turn) turns.delete(key);
    }
  }

  const keyOf = (tenant: TenantId, turn: TurnId) => `${tenant}/${turn}`;

  return {
    publish(tenant, turnId, event) {
      if (closed) return;
      const turn = held(keyOf(tenant, turnId));
      turn.touchedAt = clock.now().getTime();
      turn.log.publish(event);
      wake(turn);
    },
    subscribe: (tenant, turnId, { afterSequence, signal }): AsyncIterable<SequencedTurnEvent> =>
      read(keyOf(tenant, turnId), afterSequence, signal),
    async close() {
      closed = true;
      if (sweeper) clearInterval(sweeper);
      sweeper = null;
      for (const turn of turns.values()) wake(turn);
      turns.clear();
    },
    get turns() {
      sweep();
      return turns.size;
    },
  };
}
