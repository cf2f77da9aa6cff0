import type { Clock } from "../../core/clock.ts";
import { createFairGateway } from "../../core/inference/fair-gateway.ts";
import { createInFlightLimit } from "../../core/inference/line/in-flight-limit.ts";
import { createLane, type Lane } from "../../core/inference/line/lane.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import type { Logger } from "../../core/logger.ts";
import type { Config } from "../config.ts";
import { createOpenAiGateway } from "../model/openai-gateway.ts";

/** Before anything is known of a server: what one on a laptop bears as well. */
const firstAtOnce = 4;
/** A chat model that takes longer for its first word has too many before it, and so has one of embeddings for a batch. */
const firstTokenTargetMs = { chat: 4_000, embedding: 2_000 };

/** The configured model server, shared fairly by those who ask; null where there is none. */
export function connectModel(config: Config, clock: Clock, logger: Logger): ModelGateway | null {
  if (config.MODEL_BASE_URL === undefined) return null;
  const gateway = createOpenAiGateway({
    baseUrl: config.MODEL_BASE_URL,
    ...(config.MODEL_API_KEY === undefined ? {} : { apiKey: config.MODEL_API_KEY }),
    chatModel: config.MODEL_NAME ?? null,
    embeddingModel: config.EMBEDDING_MODEL ?? null,
    timeouts: {
      connectMs: 5_000,
      firstTokenMs: config.MODEL_FIRST_TOKEN_TIMEOUT_MS,
      betweenTokensMs: config.MODEL_BETWEEN_TOKENS_TIMEOUT_MS,
    },
    logger,
  });
  const laneOf = (model: keyof typeof firstTokenTargetMs): Lane =>
    createLane({
      clock,
      limit: createInFlightLimit({
        least: 1,
        most: config.MODEL_CONCURRENCY,
        start: firstAtOnce,
        firstTokenTargetMs: firstTokenTargetMs[model],
      }),
    });
  return createFairGateway({
    gateway,
    chat: laneOf("chat"),
    embedding: laneOf("embedding"),
    clock,
    longestWaitMs: config.MODEL_WAIT_LIMIT_MS,
  });
}
