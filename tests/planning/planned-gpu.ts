import { type GpuFigures, smallGpu } from "../gpu-server/gpu-figures.ts";

/**
 * What is planned with until a company has measured its own (docs/planning.md): one H100 SXM of 80 GB, a model of 8 billion parameters in
 * 16 bits (Llama 3.1 8B: 32 layers, 8 key-value heads of 128), vLLM.
 */
export const plannedGpu: GpuFigures = {
  ...smallGpu,
  // Measured by others: 6.48 ms a token for one sequence, 10.94 ms for each of 16, prompts read besides (vLLM 0.21, fp16, H100 80 GB,
  // https://yobitelcomm.github.io/bench/recipes/concurrency-sweep/). The line through both.
  stepMs: 6.2,
  perSequenceMs: 0.3,
  // 989 × 10¹² operations a second (the vendor's figure, 16 bits, dense) / (2 × 8 × 10⁹ for a token) = 62,000; 40 % of it is assumed.
  prefillPerSecond: 25_000,
  // Near what vLLM takes by itself on such a GPU; assumed.
  prefillPerStep: 8_192,
  // What the product sends to one server at most (MODEL_CONCURRENCY).
  batch: 64,
  // 80 GB × 0.80 (--gpu-memory-utilization in docker-compose.yml) − 16 GB of weights − 4 GB of room for the work (assumed) = 44 GB;
  // a token takes 2 × 32 × 8 × 128 × 2 bytes = 131 kB.
  kvTokens: 335_000,
  waiting: 1_000_000,
  prefixCaching: false,
};
