import { systemClock } from "../../core/clock.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import { ExpertError } from "../../core/errors.ts";
import { inferenceTiers } from "../../core/inference/jobs/inference-job.ts";
import type { ServeInferencePorts } from "../../core/inference/jobs/serve-inference.ts";
import type { ModelCall } from "../../core/inference/model-call.ts";
import { createBullmqQueue } from "../bullmq/queue.ts";
import type { Config } from "../config.ts";
import { createLogger } from "../logging/logger.ts";
import { createRoutedGateway } from "../model/route-models.ts";
import { createRedisInferenceEvents } from "../redis/inference-events.ts";
import { createRedisInferenceLine } from "../redis/inference-line.ts";
import { openChains } from "./model.ts";

/** The parts of a process that only asks models: no database, and nothing that listens but its health address. */
export interface InferenceParts extends ServeInferencePorts {
  readonly config: Config;
  close(): Promise<void>;
}

/** Throws `configuration_invalid` where what an inference worker needs is not set. */
export function connectInference(config: Config): InferenceParts {
  const { MODELS: routes, REDIS_URL: url, MODEL_WAIT_LIMIT_MS: longestWaitMs } = config;
  if (routes === null || url === undefined)
    throw new ExpertError("configuration_invalid", "An inference worker needs REDIS_URL and a model.", {
      remedy: "Set REDIS_URL, and MODEL_BASE_URL or MODELS_FILE.",
    });
  const clock = systemClock;
  const logger = createLogger({ level: config.LOG_LEVEL, pretty: config.LOG_FORMAT === "pretty" });
  const closers: Closer[] = [];
  const queue = createBullmqQueue({ connection: { kind: "redis", url }, logger });
  closers.push(() => queue.close());
  const line = createRedisInferenceLine({ url, logger });
  closers.push(() => line.close());
  const events = createRedisInferenceEvents({ url, logger });
  closers.push(() => events.close());
  // Whoever asked has looked it up: the job brings it.
  const departments = new WeakMap<ModelCall, string>();
  const departmentOf = (call: ModelCall): Promise<string | null> =>
    Promise.resolve(departments.get(call) ?? null);
  const chainOf = openChains(config, routes, { clock, logger, departmentOf });
  const none = { fast: [], heavy: [], vision: [], embed: [] };
  const tiers: ServeInferencePorts["tiers"] = new Map(
    inferenceTiers
      .filter((tier) => routes.tiers[tier].length > 0)
      .map((tier) => {
        const servers = chainOf(tier);
        // Whoever asked has chosen the tier.
        const gateway = createRoutedGateway({
          chains: { ...none, [tier]: servers },
          tierOf: () => Promise.resolve(tier === "embed" ? "fast" : tier),
          clock,
          longestWaitMs,
          logger,
        });
        return [tier, { gateway, servers }] as const;
      }),
  );
  return {
    config,
    logger,
    queue,
    line,
    events,
    tiers,
    nameDepartment(call, department) {
      if (department !== null) departments.set(call, department);
    },
    close: () => closeInOrder(closers),
  };
}
