import { ExpertError, isExpertError } from "../../core/errors.ts";
import {
  type GenerateRequest,
  hasPictures,
  type ModelEvent,
  type ModelGateway,
} from "../../core/inference/model-gateway.ts";
import type { Logger } from "../../core/logger.ts";
import { createDeadline, type Deadline } from "./deadline.ts";
import { batches, createDimensionCheck, embedBatch } from "./embed-batch.ts";
import type { LoraLease } from "./lora-adapters.ts";
import { describeFailure, modelError, type SettingsToCheck, settingsOfOne } from "./model-error.ts";
import { createLazyClient, type OpenAiConnection } from "./openai-client.ts";
import { createServerReach } from "./reach-server.ts";
import { commonDialect, streamChat } from "./stream-chat.ts";

export interface OpenAiGatewayOptions extends OpenAiConnection {
  /** In errors and logs; its host unless told. */
  readonly name?: string;
  readonly settings?: SettingsToCheck;
  readonly chatModel: string | null;
  readonly embeddingModel: string | null;
  /** A model of the same protocol as the chat model, which takes pictures; none unless told. */
  readonly visionModel?: string | null;
  /** What the server calls a model, where that is another name: of Azure the deployment. */
  readonly nameThere?: (model: string) => string;
  /** The adapter of the chat model that a call is answered with, held loaded meanwhile; null: the model itself. */
  readonly lease?: (request: GenerateRequest, signal: AbortSignal) => Promise<LoraLease | null>;
  readonly timeouts: {
    readonly connectMs: number;
    /** Until the first token, and for one batch of embeddings. */
    readonly firstTokenMs: number;
    readonly betweenTokensMs: number;
  };
  readonly logger: Logger;
}

/**
 * Chat and embeddings of one server that speaks OpenAI's protocol: vLLM, Ollama, LiteLLM, the vendor itself or Azure. Each
 * request is sent once.
 */
export function createOpenAiGateway(options: OpenAiGatewayOptions): ModelGateway {
  const {
    baseUrl,
    chatModel,
    embeddingModel,
    visionModel = null,
    nameThere = (model: string) => model,
    lease,
    timeouts,
    logger,
  } = options;
  const { settings = settingsOfOne } = options;
  const server = options.name ?? new URL(baseUrl).host;
  const client = createLazyClient(options);
  const reach = createServerReach(baseUrl, timeouts.connectMs);
  const dialect = commonDialect();
  const checkDimension = createDimensionCheck();

  const notConfigured = (what: string, variable: string) =>
    new ExpertError("model_unavailable", `No ${what} model is configured.`, {
      remedy: `Set ${variable} to the name of a model that the server at ${server} has.`,
    });

  /** Why a request ended: the caller stopped it, it took too long, or the server failed. */
  const translate = (
    error: unknown,
    deadline: Deadline,
    model: string,
    caller?: AbortSignal,
  ): ExpertError => {
    if (caller?.aborted) return new ExpertError("cancelled", "The request to the model was stopped.");
    if (isExpertError(error)) return error;
    reach.doubt();
    const failure = describeFailure(error);
    logger.warn("A request to the model failed", { server, model, ...failure, missed: deadline.missed });
    if (deadline.missed !== null)
      return new ExpertError("model_timeout", `The model did not answer in time: ${deadline.missed}.`, {
        remedy: "Try again; if it stays so, check the load of the model server or raise the time limits.",
        facts: { server, model },
      });
    return modelError(failure, { server, model, settings });
  };

  const begin = async (deadline: Deadline) => {
    // Loaded with the first request, perhaps from a slow disk, which is not the server's time.
    const open = await client();
    deadline.expect("the first token", timeouts.firstTokenMs);
    await reach.check(deadline.signal);
    return open;
  };

  /** An adapter that the server does not know any more is loaded again, once. */
  async function* chat(
    request: GenerateRequest,
    model: string,
    deadline: Deadline,
  ): AsyncGenerator<ModelEvent> {
    const open = await begin(deadline);
    for (let again = true; ; again = false) {
      const held = (await lease?.(request, deadline.signal)) ?? null;
      try {
        const asked = held?.model ?? nameThere(model);
        yield* streamChat(open, asked, request, dialect, deadline, timeouts.betweenTokensMs);
        return;
      } catch (error) {
        if (!again || held === null || describeFailure(error).status !== 404) throw error;
        held.forget();
      } finally {
        held?.end();
      }
    }
  }

  async function* generate(request: GenerateRequest): AsyncGenerator<ModelEvent> {
    const seeing = hasPictures(request);
    const model = seeing ? visionModel : chatModel;
    if (model === null)
      throw seeing ? notConfigured("vision", "VISION_MODEL") : notConfigured("chat", "MODEL_NAME");
    const deadline = createDeadline(request.signal);
    const startedAt = Date.now();
    let said = false;
    try {
      for await (const event of chat(request, model, deadline)) {
        if (event.kind === "text" && !said) {
          said = true;
          logger.debug("The model began", { model, ms: Date.now() - startedAt });
        }
        yield event;
        if (event.kind === "done") {
          logger.debug("The model answered", { model, ms: Date.now() - startedAt, ...event });
          return;
        }
      }
      // The vendor's client ends a stopped stream without an error.
      throw new Error("The stream was stopped.");
    } catch (error) {
      if (!said && describeFailure(error).code === "content_filter") {
        yield { kind: "done", finish: "refused", promptTokens: null, completionTokens: null };
        return;
      }
      throw translate(error, deadline, model, request.signal);
    } finally {
      // Also where the reader leaves early: the server stops generating when the connection closes.
      deadline.end();
    }
  }

  return {
    chatModel,
    embeddingModel,
    visionModel,
    generate,
    async embed(texts, signal) {
      if (embeddingModel === null) throw notConfigured("embedding", "EMBEDDING_MODEL");
      const vectors: Float32Array[] = [];
      for (const batch of batches(texts)) {
        const deadline = createDeadline(signal);
        try {
          const open = await begin(deadline);
          deadline.expect("the embeddings", timeouts.firstTokenMs);
          const made = await embedBatch(open, nameThere(embeddingModel), batch, deadline.signal);
          checkDimension(made);
          vectors.push(...made);
        } catch (error) {
          throw translate(error, deadline, embeddingModel, signal);
        } finally {
          deadline.end();
        }
      }
      return vectors;
    },
  };
}
