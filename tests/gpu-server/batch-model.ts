/**
 * How a server of language models behaves under load, in figures that can be stated: continuous batching as in vLLM. Each step
 * gives every sequence of the batch one token; a step takes longer the more there are, but by far less than they are, so that a full batch
 * has the most throughput. Prompts are read in the same steps before a sequence's first token.
 */
export interface GpuFigures {
  /** A step of an empty batch, and what each sequence adds to it, in milliseconds. */
  readonly stepMs: number;
  readonly perSequenceMs: number;
  /** Tokens of prompts read in a second. */
  readonly prefillPerSecond: number;
  /** Sequences at most in the batch; further ones wait. */
  readonly batch: number;
  /** Requests that wait at most; further ones are refused with 503. */
  readonly waiting: number;
  /** Of how many requests one breaks off in the middle; 0: none. */
  readonly oneFailsOf: number;
}

/**
 * About what one H100 gives a model of 8 billion parameters in 16 bits, made smaller so that a laptop's processor can follow: the shape is
 * that of a GPU, the size is not.
 */
export const smallGpu: GpuFigures = {
  stepMs: 20,
  perSequenceMs: 0.3,
  prefillPerSecond: 40_000,
  batch: 24,
  waiting: 512,
  oneFailsOf: 0,
};

export interface Sequence {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Called for each token; `last` with the last one. */
  token(last: boolean): void;
  /** It broke off. */
  fail(): void;
}

/** One GPU: sequences come in, tokens go out. */
export interface BatchModel {
  /** False where too many wait. */
  add(sequence: Sequence): boolean;
  /** Takes a sequence out, as a server does whose client has gone. */
  remove(sequence: Sequence): void;
  readonly tokens: number;
  readonly running: number;
  readonly waiting: number;
  close(): void;
}

export function createBatchModel(figures: GpuFigures): BatchModel {
  const waiting: Sequence[] = [];
  const running = new Map<Sequence, { given: number; unread: number; readonly failsAt: number }>();
  let timer: NodeJS.Timeout | null = null;
  let dueAt = 0;
  let tokens = 0;
  let seen = 0;

  const step = (): void => {
    timer = null;
    for (const [sequence, state] of [...running]) {
      if (state.unread > 0) continue;
      state.given += 1;
      tokens += 1;
      if (state.given === state.failsAt) {
        running.delete(sequence);
        sequence.fail();
        continue;
      }
      const last = state.given >= sequence.outputTokens;
      if (last) running.delete(sequence);
      sequence.token(last);
    }
    schedule();
  };

  const schedule = (): void => {
    if (timer) return;
    while (running.size < figures.batch) {
      const next = waiting.shift();
      if (!next) break;
      seen += 1;
      const fails = figures.oneFailsOf > 0 && seen % figures.oneFailsOf === 0;
      const failsAt = fails ? Math.max(2, Math.floor(next.outputTokens / 2)) : -1;
      running.set(next, { given: 0, unread: next.promptTokens, failsAt });
    }
    if (running.size === 0) return;
    let read = 0;
    for (const state of running.values()) {
      read += state.unread;
      state.unread = 0;
    }
    const takesMs =
      figures.stepMs + figures.perSequenceMs * running.size + (1_000 * read) / figures.prefillPerSecond;
    // From when the last step was due, so that a timer that comes late slows nothing down.
    const now = performance.now();
    dueAt = Math.max(now - 2 * takesMs, dueAt) + takesMs;
    timer = setTimeout(step, Math.max(0, dueAt - now));
  };

  return {
    add(sequence) {
      if (waiting.length >= figures.waiting) return false;
      waiting.push(sequence);
      if (running.size === 0 && !timer) dueAt = performance.now();
      schedule();
      return true;
    },
    remove(sequence) {
      running.delete(sequence);
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
      if (timer) clearTimeout(timer);
      running.clear();
      waiting.length = 0;
    },
  };
}
