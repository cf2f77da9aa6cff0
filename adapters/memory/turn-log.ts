import type { SequencedTurnEvent } from "../../core/inference/token-stream.ts";
import { endsStream, joinEvents, type TurnEvent } from "../../core/conversation/turn-event.ts";

/** Past the bound, text is numbered in pieces of at least this many characters. */
const coarsePieceLength = 256;

/**
 * One turn's events. They are numbered when a reader first takes them, not when they are published: what nobody has
 * read yet stays one growing piece of text, and a number, once given, always means the same piece. So a reader may
 * be slow or come back, and neither costs memory or loses text.
 */
export interface TurnLog {
  publish(event: TurnEvent): void;
  /** The next event after `sequence`, joined with those that follow it at once; null where there is none yet. */
  next(sequence: number): SequencedTurnEvent | null;
  /** Whether a reader that has seen `sequence` has seen the end. */
  isOver(sequence: number): boolean;
  readonly ended: boolean;
  readonly empty: boolean;
  /** The number of the last event taken by a reader; 0 before. */
  readonly lastSequence: number;
}

export function createTurnLog(maximumEvents: number): TurnLog {
  let numbered: SequencedTurnEvent[] = [];
  let unread: TurnEvent[] = [];
  let lastSequence = 0;
  let ended = false;

  const number = () => {
    const [first] = unread;
    const wait =
      numbered.length >= maximumEvents &&
      unread.length === 1 &&
      first?.kind === "text" &&
      first.text.length < coarsePieceLength;
    if (wait) return;
    for (const event of unread) numbered.push({ sequence: (lastSequence += 1), event });
    unread = [];
  };

  return {
    publish(event) {
      // A turn that is run again after its end starts over; what it said before is superseded.
      if (ended) [numbered, unread] = [[], []];
      ended = endsStream(event);
      const last = unread.at(-1);
      const joined = last ? joinEvents(last, event) : null;
      if (joined) unread[unread.length - 1] = joined;
      else if (last?.kind === "state" && event.kind === "state" && unread.length >= maximumEvents)
        unread[unread.length - 1] = event;
      else unread.push(event);
    },
    next(sequence) {
      number();
      const first = numbered[0];
      if (!first) return null;
      let at = Math.max(0, sequence + 1 - first.sequence);
      const found = numbered[at];
      if (!found) return null;
      let { event, sequence: reached } = found;
      for (;;) {
        const following = numbered[(at += 1)];
        const joined = following ? joinEvents(event, following.event) : null;
        if (!following || !joined) return { sequence: reached, event };
        event = joined;
        reached = following.sequence;
      }
    },
    isOver: (sequence) => ended && unread.length === 0 && sequence >= lastSequence,
    get ended() {
      return ended;
    },
    get empty() {
      return numbered.length === 0 && unread.length === 0;
    },
    get lastSequence() {
      return lastSequence;
    },
  };
}
