import { ExpertError, isExpertError } from "../../errors.ts";
import type { InferenceEvent, InferenceTier } from "./inference-job.ts";

type Failed = Extract<InferenceEvent, { readonly kind: "failed" }>;

/** Nobody takes calls of the tier. */
export const noWorker = (tier: InferenceTier): ExpertError =>
  new ExpertError("model_unavailable", `No inference worker serves the tier ${tier}.`, {
    remedy:
      "Start a process with ROLE=inference beside a server of that tier; one that runs says in its log why not.",
    facts: { tier },
  });

/** Redis, through which workers are asked, does not answer. */
export const queueAway = (cause: unknown): ExpertError =>
  new ExpertError("model_unavailable", "The queue before the models cannot be reached.", {
    remedy: "Check that Redis runs and that REDIS_URL is right; questions are asked again by themselves.",
    facts: { queue: true },
    cause,
  });

/** Something of the call was told, and nobody goes on with it. */
export const brokenOff = (): ExpertError =>
  new ExpertError("model_unavailable", "The model's answer broke off: the worker that gave it has gone.", {
    remedy: "Ask again.",
  });

/** Worker after worker has taken it and has gone. */
export const givenUp = (): ExpertError =>
  new ExpertError("model_unavailable", "Each inference worker that took the call has gone.", {
    remedy: "Look at the logs of the inference workers, and of what stops them.",
  });

/** Vectors of two models cannot be compared. */
export const otherModel = (wanted: string, has: string | null): ExpertError =>
  new ExpertError(
    "model_unavailable",
    `The inference worker embeds with ${has ?? "no model"}, not with ${wanted}.`,
    {
      remedy: "Name the same embedding model in the settings of bots, workers and inference workers.",
      facts: { wanted, has: has ?? "" },
    },
  );

/** What is published of a call that ended with an error; what is no error of the product's own is not shown. */
export function failedOf(error: unknown): Failed {
  const told = isExpertError(error)
    ? error
    : new ExpertError("model_unavailable", "The inference worker failed.", {
        remedy: "Ask again; if it stays so, look at the worker's log.",
      });
  const { code, message, remedy = null, facts } = told;
  return { kind: "failed", code, message, remedy, facts };
}

/** The error that another process has met. */
export const errorOf = ({ code, message, remedy, facts }: Failed): ExpertError =>
  new ExpertError(code, message, { ...(remedy === null ? {} : { remedy }), facts });
