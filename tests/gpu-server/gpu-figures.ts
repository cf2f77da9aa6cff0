/**
 * How a server of language models behaves under load, in figures that can be stated. Every one of them is put in, none is measured here:
 * where a number comes from stands beside it in `smallGpu` and in tests/planning/planned-gpu.ts.
 */
export interface GpuFigures {
  /** How long a step with nothing in the batch takes, in milliseconds: reading the model's weights once. */
  readonly stepMs: number;
  /** What each sequence of the batch adds to a step, in milliseconds: reading what it has in memory. */
  readonly perSequenceMs: number;
  /** Prompts: tokens read in a second. */
  readonly prefillPerSecond: number;
  /** Prompts: tokens read in one step at most; the rest of a long one is read in the next steps, beside the others' tokens. */
  readonly prefillPerStep: number;
  /** Sequences at most in the batch; further ones wait. */
  readonly batch: number;
  /** Tokens of prompts and answers that the GPU's memory holds (its KV cache); a sequence that does not fit beside the others waits. */
  readonly kvTokens: number;
  /** Requests that wait at most; further ones are refused with 503. */
  readonly waiting: number;
  /** Whether the beginning of a prompt that was read before is not read again. */
  readonly prefixCaching: boolean;
  /** Embeddings: what a request costs besides its tokens, in milliseconds. Requests are worked on one after the other. */
  readonly embeddingMs: number;
  /** Embeddings: tokens of texts in a second. */
  readonly embeddingPerSecond: number;
  /** Numbers of a vector. */
  readonly dimensions: number;
  /** Of how many requests one breaks off in the middle, in turn; 0: none. */
  readonly oneFailsOf: number;
}

/**
 * About what one H100 gives a model of 8 billion parameters in 16 bits, made slower so that a laptop's processor can follow: the shape is
 * that of a GPU, the size is not. A measured H100 takes 6.5 ms a step for one sequence and 10.9 ms for 16
 * (vLLM 0.21, https://yobitelcomm.github.io/bench/recipes/concurrency-sweep/): 6.2 ms and 0.3 ms for each. All else is assumed.
 */
export const smallGpu: GpuFigures = {
  stepMs: 20,
  perSequenceMs: 0.3,
  prefillPerSecond: 40_000,
  prefillPerStep: 8_192,
  batch: 24,
  kvTokens: 200_000,
  waiting: 512,
  prefixCaching: false,
  embeddingMs: 4,
  embeddingPerSecond: 200_000,
  dimensions: 64,
  oneFailsOf: 0,
};

/** Tokens of a text as the simulated server counts them: one for four characters, about what English text has. */
export const simulatedTokens = (characters: number): number => Math.ceil(characters / 4);
