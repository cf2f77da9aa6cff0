import type { Clock } from "../../core/clock.ts";
import { createFairGateway } from "../../core/inference/fair-gateway.ts";
import { createInFlightLimit } from "../../core/inference/line/in-flight-limit.ts";
import { createLane, type Lane } from "../../core/inference/line/lane.ts";
import type { FairLineOptions } from "../../core/inference/line/fair-line.ts";
import type { ModelCall } from "../../core/inference/model-call.ts";
import type { GenerateRequest, ModelGateway } from "../../core/inference/model-gateway.ts";
import { chooseTier } from "../../core/inference/routing/choose-tier.ts";
import { guardServer } from "../../core/inference/routing/guard-server.ts";
import type {
  DepartmentRoute,
  ModelRoutes,
  ModelServerSettings,
} from "../../core/inference/routing/model-routes.ts";
import { createServerBreaker } from "../../core/inference/routing/server-breaker.ts";
import type { Logger } from "../../core/logger.ts";
import type { Config } from "../config.ts";
import { type BreakerNotes, createBreakerNotes } from "../filesystem/breaker-notes.ts";
import { createEmbedBatcher } from "../model/embed-batcher.ts";
import { createLoraAdapters, type LoraLease } from "../model/lora-adapters.ts";
import type { Chain, Routed, ServerLoad } from "../model/next-attempt.ts";
import { createLazyClient } from "../model/openai-client.ts";
import { createOpenAiGateway } from "../model/openai-gateway.ts";
import { createRoutedGateway } from "../model/route-models.ts";
import { breakerNotesFolder, connectionTo } from "./model-servers.ts";

/** Before anything is known of a server: what one on a laptop bears as well. */
const firstAtOnce = 4;
/**
 * A chat model that takes longer for its first word has too many before it, and so has one of embeddings for a batch. One
 * that sees reads the pictures first.
 */
const firstTokenTargetMs = { chat: 4_000, vision: 8_000, embedding: 2_000 };

type Purpose = keyof typeof firstTokenTargetMs;
type RouteOf = (call: ModelCall | undefined) => Promise<DepartmentRoute | null>;

export interface ModelPorts extends Pick<FairLineOptions, "tenantWeight"> {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The company's slug, a slash and the department's slug of a call; null where none is known. */
  readonly departmentOf: (call: ModelCall) => Promise<string | null>;
}

export type ModelConfig = Pick<Config, "MODELS" | "MODEL_WAIT_LIMIT_MS" | "DATA_DIR">;

/** The configured model servers, each shared fairly by those who ask; null where there is none. */
export function connectModel(
  config: ModelConfig,
  clock: Clock,
  logger: Logger,
  departmentOf: ModelPorts["departmentOf"],
  shares: Pick<ModelPorts, "tenantWeight"> = {},
): ModelGateway | null {
  const { MODELS: routes, MODEL_WAIT_LIMIT_MS: longestWaitMs } = config;
  if (routes === null) return null;
  const chainOf = openChains(config, routes, { clock, logger, departmentOf, ...shares });
  const routeOf = departmentRoutes(routes, departmentOf);
  return createRoutedGateway({
    chains: {
      fast: chainOf("fast"),
      heavy: chainOf("heavy"),
      vision: chainOf("vision"),
      embed: chainOf("embed"),
    },
    tierOf: async (request) => chooseTier(routes, await routeOf(request.call), request),
    clock,
    longestWaitMs,
    logger,
  });
}

/** What is configured of a call's department, if anything. */
export const departmentRoutes =
  (routes: ModelRoutes, departmentOf: ModelPorts["departmentOf"]): RouteOf =>
  async (call) => {
    if (!call || routes.departments.length === 0) return null;
    const name = await departmentOf(call);
    return routes.departments.find(({ department }) => department === name) ?? null;
  };

const purposes: Readonly<Record<keyof ModelRoutes["tiers"], Purpose>> = {
  fast: "chat",
  heavy: "chat",
  vision: "vision",
  embed: "embedding",
};

/** Opens every server once; what it gives is a tier's way to those that it names. */
export function openChains(
  config: ModelConfig,
  routes: ModelRoutes,
  { clock, logger, departmentOf, ...shares }: ModelPorts,
): (tier: keyof ModelRoutes["tiers"]) => Chain {
  const notes = createBreakerNotes(breakerNotesFolder(config));
  const routeOf = departmentRoutes(routes, departmentOf);
  const ports = { clock, logger, longestWaitMs: config.MODEL_WAIT_LIMIT_MS, routeOf, notes, shares };
  const servers = new Map(routes.servers.map((server) => [server.name, openServer(server, ports)]));
  return (tier) =>
    routes.tiers[tier].map(({ servers: names, model }) =>
      names.flatMap((name) => servers.get(name)?.(purposes[tier], model) ?? []),
    );
}

interface ServerPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly longestWaitMs: number;
  readonly routeOf: RouteOf;
  /** For doctor, which is another process. */
  readonly notes: BreakerNotes;
  readonly shares: Pick<ModelPorts, "tenantWeight">;
}

/** One server: its breaker, its lanes and its adapters, which all of its models share. */
function openServer(
  server: ModelServerSettings,
  { clock, logger, longestWaitMs, routeOf, notes, shares }: ServerPorts,
): (purpose: Purpose, model: string) => Routed {
  // What an earlier process of this number left.
  notes.takeBack(server.name);
  const breaker = createServerBreaker({
    clock,
    onChange: ({ state, pauseMs }) => {
      if (state === "open") {
        logger.warn("A model server is left alone after failures", { server: server.name, pauseMs });
        const since = clock.now();
        const until = new Date(since.getTime() + pauseMs);
        notes.leave({ server: server.name, since: since.toISOString(), until: until.toISOString() });
      } else {
        logger.warn("A model server is back", { server: server.name });
        notes.takeBack(server.name);
      }
    },
  });
  const ways = {
    chat: openLane(server, "chat", clock, shares),
    vision: openLane(server, "vision", clock, shares),
    embedding: openLane(server, "embedding", clock, shares),
  };
  const connection = connectionTo(server);
  const lora = server.lora;
  const adapters = lora
    ? createLoraAdapters({
        server: server.name,
        client: createLazyClient(connection),
        settings: lora,
        logger,
      })
    : null;
  const lease = async ({ call }: GenerateRequest, signal: AbortSignal): Promise<LoraLease | null> => {
    const adapter = (await routeOf(call))?.adapter;
    return adapter == null || !adapters ? null : await adapters.lease(adapter, signal);
  };

  return (purpose, model) => {
    const { lane, load } = ways[purpose];
    const gateway = createOpenAiGateway({
      ...connection,
      chatModel: purpose === "chat" ? model : null,
      visionModel: purpose === "vision" ? model : null,
      embeddingModel: purpose === "embedding" ? model : null,
      nameThere: (name) => server.models[name] ?? name,
      ...(purpose === "chat" && lora?.base === model ? { lease } : {}),
      timeouts: server.timeouts,
      logger,
    });
    // Before the guard: one request that fails for several counts once.
    const guarded = createEmbedBatcher(guardServer(server.name, gateway, breaker));
    const shared = createFairGateway({ gateway: guarded, chat: lane, embedding: lane, clock, longestWaitMs });
    return { server: server.name, gateway: shared, breaker, load };
  };
}

function openLane(
  { mostInFlight }: ModelServerSettings,
  purpose: Purpose,
  clock: Clock,
  shares: Pick<ModelPorts, "tenantWeight">,
): { readonly lane: Lane; readonly load: ServerLoad } {
  const limit = createInFlightLimit({
    least: 1,
    most: mostInFlight,
    start: firstAtOnce,
    firstTokenTargetMs: firstTokenTargetMs[purpose],
  });
  const lane = createLane({ clock, limit, ...shares });
  return { lane, load: { calls: 0, limit: () => limit.current } };
}
