import { type ExpertError, isExpertError } from "../errors.ts";

/** Whether a model is not to be had for this call: it is away, refuses, or its budget is used up. Its asker may go on without it. */
export const isMissedModel = (error: unknown): error is ExpertError =>
  isExpertError(error, "model_unavailable", "model_timeout", "model_refused", "budget_exhausted");
