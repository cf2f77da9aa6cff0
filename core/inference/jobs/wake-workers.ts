import { newId } from "../../ids.ts";
import type { Logger } from "../../logger.ts";
import type { Queue } from "../../queue.ts";
import type { InferenceJob, InferenceTier } from "./inference-job.ts";

/** The queue of a tier's wakes. */
export const wakesOf = <T extends InferenceTier>(tier: T): `inference_${T}` => `inference_${tier}`;

export interface WakeOptions {
  readonly delayMs?: number;
}

/** Wakes one worker of the tier, once for each job in line. Never throws: what is not woken is found by the workers' own rounds. */
export async function wakeWorkers(
  { queue, logger }: { readonly queue: Pick<Queue, "enqueue">; readonly logger: Logger },
  { id, tier, call }: Pick<InferenceJob, "id" | "tier" | "call">,
  { delayMs = 0 }: WakeOptions = {},
): Promise<void> {
  try {
    await queue.enqueue(
      wakesOf(tier),
      { tenantId: call?.tenantId ?? "nobody", jobId: id },
      { key: newId(), delayMs, forget: true },
    );
  } catch (error) {
    logger.debug("an inference worker could not be woken", { tier, job: id, error });
  }
}
