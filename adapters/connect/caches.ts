import { createHash } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import type { Closer } from "../../core/close-in-order.ts";
import { createRepeatedAnswers, type RepeatedAnswers } from "../../core/answering/repeated-answers.ts";
import type { Database } from "../../core/database.ts";
import type { AnswerCache } from "../../core/inference/cache/answer-cache.ts";
import { createCachedEmbeddings } from "../../core/inference/cache/cached-embeddings.ts";
import type { EmbeddingCache } from "../../core/inference/cache/embedding-cache.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import type { ModelRoutes } from "../../core/inference/routing/model-routes.ts";
import type { Logger } from "../../core/logger.ts";
import type { SecretBox } from "../../core/secrets/secret-box.ts";
import type { Config } from "../config.ts";
import { createMemoryAnswerCache } from "../memory/answer-cache.ts";
import { createMemoryEmbeddingCache } from "../memory/embedding-cache.ts";
import { createRedisCaches } from "../redis/caches.ts";
import type { Wake } from "./queue.ts";

export interface CachePorts {
  readonly config: Pick<Config, "REDIS_URL" | "MODELS" | "ANSWER_CACHE_MINUTES">;
  readonly wake: Wake;
  readonly database: Pick<Database, "withTenant">;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Caches {
  /** The gateway with the cache of embeddings before it. */
  embeddings(gateway: ModelGateway): ModelGateway;
  /** What a model answered before; null where nothing is kept. */
  readonly answers: RepeatedAnswers | null;
}

/** In this process; in Redis where other processes work too. */
export function connectCaches(ports: CachePorts, closers: Closer[]): Caches {
  const { config, clock, logger, database } = ports;
  const { embeddings, answers } = openCaches(ports, closers);
  const keptMs = config.ANSWER_CACHE_MINUTES * 60_000;
  const { MODELS: routes } = config;
  return {
    embeddings: (gateway) => createCachedEmbeddings(gateway, embeddings, { clock, logger }),
    answers:
      keptMs === 0 || routes === null
        ? null
        : createRepeatedAnswers({ cache: answers, database, clock, logger, keptMs, models: nameOf(routes) }),
  };
}

function openCaches(
  { config: { REDIS_URL: url, MODELS: routes }, wake, secrets, clock }: CachePorts,
  closers: Closer[],
): { readonly embeddings: EmbeddingCache; readonly answers: AnswerCache } {
  if (wake !== "queue" || url === undefined || routes === null)
    return { embeddings: createMemoryEmbeddingCache({ clock }), answers: createMemoryAnswerCache({ clock }) };
  const caches = createRedisCaches({ url, secrets });
  closers.push(() => caches.close());
  return caches;
}

/** Another name for each way in which models are configured that may change an answer. */
function nameOf({ servers, tiers, heavyAboveTokens, departments }: ModelRoutes): string {
  const asked = servers.map(({ name, kind, baseUrl, apiVersion, models, lora }) => [
    name,
    kind,
    baseUrl,
    apiVersion,
    models,
    lora,
  ]);
  const routes = JSON.stringify([asked, tiers, heavyAboveTokens, departments]);
  return createHash("sha256").update(routes).digest("hex");
}
