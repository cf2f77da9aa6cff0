import type { GpuFigures } from "./gpu-figures.ts";
import { realTime, type SimulatedTime } from "./simulated-time.ts";

export interface Sequence {
  readonly promptTokens: number;
  /** Of them at the beginning, those that need not be read (prefix caching). */
  readonly cachedTokens?: number;
  readonly outputTokens: number;
  /** Called for each token; `last` with the last one. */
  token(last: boolean): void;
  /** It broke off. */
  fail(): void;
}

/** One GPU: sequences come in, tokens go out. */
export interface BatchModel {
  /** False where too many wait, or where it would never fit into the memory. */
  add(sequence: Sequence): boolean;
  /** Takes a sequence out, as a server does whose client has gone. */
  remove(sequence: Sequence): void;
  /** Given so far. */
  readonly tokens: number;
  /** Sequences in the batch. */
  readonly running: number;
  /** Sequences before it. */
  readonly waiting: number;
  close(): void;
}

interface Running {
  given: number;
  unread: number;
  readonly failsAt: number;
}

/**
 * Continuous batching as in vLLM. Each step gives every sequence of the batch one token and takes
 * `stepMs + perSequenceMs × sequences + prompt tokens read / prefillPerSecond`: longer the more there are, but by far less than they are,
 * so that a full batch has the most throughput. Prompts are read in the same steps before a sequence's first token, `prefillPerStep` at
 * most in one. A sequence holds its place in the memory for its prompt and its whole answer from its beginning; vLLM gives it as it is
 * needed and takes sequences out again where it ran out, which is left out here. First come, first served.
 */
export function createBatchModel(figures: GpuFigures, time: SimulatedTime = realTime): BatchModel {
  const waiting: Sequence[] = [];
  const running = new Map<Sequence, Running>();
  let cancel: (() => void) | null = null;
  let dueAt = 0;
  let tokens = 0;
  let seen = 0;
  /** Tokens in the memory, and of prompts in the batch those that are still to be read. */
  let held = 0;
  let unread = 0;
  const sizeOf = ({ promptTokens, outputTokens }: Sequence): number => promptTokens + outputTokens;
  const leave = (sequence: Sequence): void => {
    const state = running.get(sequence);
    if (!state) return;
    running.delete(sequence);
    held -= sizeOf(sequence);
    unread -= state.unread;
  };

  const step = (): void => {
    cancel = null;
    for (const [sequence, state] of running) {
      if (state.unread > 0) continue;
      state.given += 1;
      tokens += 1;
      if (state.given === state.failsAt) {
        leave(sequence);
        sequence.fail();
        continue;
      }
      const last = state.given >= sequence.outputTokens;
      if (last) leave(sequence);
      sequence.token(last);
    }
    schedule();
  };

  const admit = (): void => {
    for (;;) {
      const [next] = waiting;
      if (!next || running.size >= figures.batch || held + sizeOf(next) > figures.kvTokens) return;
      waiting.shift();
      seen += 1;
      const fails = figures.oneFailsOf > 0 && seen % figures.oneFailsOf === 0;
      const failsAt = fails ? Math.max(2, Math.floor(next.outputTokens / 2)) : -1;
      const toRead = next.promptTokens - (next.cachedTokens ?? 0);
      running.set(next, { given: 0, unread: toRead, failsAt });
      unread += toRead;
      held += sizeOf(next);
    }
  };

  const readPrompts = (): number => {
    if (unread === 0) return 0;
    let read = 0;
    for (const state of running.values()) {
      const now = Math.min(state.unread, figures.prefillPerStep - read);
      state.unread -= now;
      read += now;
    }
    unread -= read;
    return read;
  };

  const schedule = (): void => {
    if (cancel) return;
    admit();
    if (running.size === 0) return;
    const takesMs =
      figures.stepMs +
      figures.perSequenceMs * running.size +
      (1_000 * readPrompts()) / figures.prefillPerSecond;
    // From when the last step was due, so that a timer that comes late slows nothing down.
    const now = time.now();
    dueAt = Math.max(now - 2 * takesMs, dueAt) + takesMs;
    cancel = time.after(Math.max(0, dueAt - now), step);
  };

  return {
    add(sequence) {
      if (waiting.length >= figures.waiting || sizeOf(sequence) > figures.kvTokens) return false;
      waiting.push(sequence);
      if (running.size === 0 && !cancel) dueAt = time.now();
      schedule();
      return true;
    },
    remove(sequence) {
      leave(sequence);
      const at = waiting.indexOf(sequence);
      if (at >= 0) waiting.splice(at, 1);
    },
    get tokens() {
      return tokens;
    },
    get running() {
      return running.size;
    },
    get waiting() {
      return waiting.length;
    },
    close() {
      cancel?.();
      running.clear();
      waiting.length = 0;
      held = 0;
      unread = 0;
    },
  };
}
