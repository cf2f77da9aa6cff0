import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import type { Logger } from "../../core/logger.ts";
import type { Config } from "../config.ts";
import { createOpenAiGateway } from "../model/openai-gateway.ts";

/** The configured model server; null where there is none. */
export function connectModel(config: Config, logger: Logger): ModelGateway | null {
  if (config.MODEL_BASE_URL === undefined) return null;
  return createOpenAiGateway({
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
}
