import type { Clock } from "../../core/clock.ts";
import type { Closer } from "../../core/close-in-order.ts";
import type { Database } from "../../core/database.ts";
import { createQueuedGateway } from "../../core/inference/jobs/queued-gateway.ts";
import type { FairLineOptions } from "../../core/inference/line/fair-line.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { hasPictures } from "../../core/inference/model-gateway.ts";
import { chooseTier } from "../../core/inference/routing/choose-tier.ts";
import type { GenerateTier, ModelRoutes } from "../../core/inference/routing/model-routes.ts";
import type { Logger } from "../../core/logger.ts";
import type { Queue } from "../../core/queue.ts";
import type { Config } from "../config.ts";
import { batches, createDimensionCheck } from "../model/embed-batch.ts";
import { createRedisInferenceEvents } from "../redis/inference-events.ts";
import { createRedisInferenceLine } from "../redis/inference-line.ts";
import { connectModel, departmentRoutes } from "./model.ts";
import { createDepartmentNames } from "./model-servers.ts";

export interface GatewayPorts extends Pick<FairLineOptions, "tenantWeight"> {
  readonly config: Config;
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The way to the models: to their servers from here, or, in a process of a role, to the inference workers; null where there is none. */
export function connectGateway(ports: GatewayPorts, closers: Closer[]): ModelGateway | null {
  const { config, database, clock, logger, tenantWeight } = ports;
  const shares = tenantWeight ? { tenantWeight } : {};
  const { MODELS: routes, REDIS_URL: url } = config;
  const departmentOf = createDepartmentNames(database);
  if (config.ROLE === "all" || routes === null || url === undefined)
    return connectModel(config, clock, logger, departmentOf, shares);
  const line = createRedisInferenceLine({ url, logger, ...shares });
  closers.push(() => line.close());
  const events = createRedisInferenceEvents({ url, logger });
  closers.push(() => events.close());
  const routeOf = departmentRoutes(routes, departmentOf);
  const { tiers } = routes;
  return createQueuedGateway({
    ...ports,
    line,
    events,
    models: {
      chatModel: (tiers.fast[0] ?? tiers.heavy[0])?.model ?? null,
      embeddingModel: tiers.embed[0]?.model ?? null,
      visionModel: tiers.vision[0]?.model ?? null,
    },
    tierOf: async (request) =>
      hasPictures(request)
        ? "vision"
        : configured(routes, chooseTier(routes, await routeOf(request.call), request)),
    departmentOf,
    batches,
    checkDimension: createDimensionCheck(),
    longestWaitMs: config.MODEL_WAIT_LIMIT_MS,
  });
}

/** A tier without a model is answered by the other. */
const configured = ({ tiers }: ModelRoutes, tier: GenerateTier): GenerateTier =>
  tiers[tier].length > 0 ? tier : tiers.fast.length > 0 ? "fast" : "heavy";
