import type { InferenceTier } from "../../core/inference/jobs/inference-job.ts";
import { silentLogger } from "../../core/logger.ts";
import { createRedisInferenceLine } from "../redis/inference-line.ts";

export interface InferenceTierFacts {
  readonly workers: number;
  readonly waiting: number;
}

/** Who serves a tier, and how many calls wait for it. Throws `queue_unavailable`. */
export async function lookAtInferenceTier(url: string, tier: InferenceTier): Promise<InferenceTierFacts> {
  const line = createRedisInferenceLine({ url, logger: silentLogger });
  try {
    return { workers: await line.workers(tier), waiting: await line.length(tier) };
  } finally {
    await line.close();
  }
}
