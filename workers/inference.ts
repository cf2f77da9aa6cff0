import {
  type InferenceService,
  serveInference,
  type ServeInferencePorts,
} from "../core/inference/jobs/serve-inference.ts";
import type { RunningWorkers } from "./start.ts";

export interface RunningInference extends RunningWorkers, Pick<InferenceService, "check"> {}

/** Starts the worker of a process that only asks models: it takes calls of all tiers for which it has a server. */
export const startInference = (parts: ServeInferencePorts): Promise<RunningInference> =>
  serveInference(parts);
