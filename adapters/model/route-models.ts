import {
  type GenerateRequest,
  hasPictures,
  type ModelEvent,
  type ModelGateway,
} from "../../core/inference/model-gateway.ts";
import type { GenerateTier } from "../../core/inference/routing/model-routes.ts";
import { notConfigured } from "../../core/inference/routing/not-configured.ts";
import { batches, createDimensionCheck } from "./embed-batch.ts";
import { type AttemptOptions, type Chain, createAttempts } from "./next-attempt.ts";

export interface RoutedGatewayOptions extends AttemptOptions {
  readonly chains: Readonly<Record<GenerateTier | "embed", Chain>>;
  readonly tierOf: (request: GenerateRequest) => Promise<GenerateTier>;
}

type NamedModel = "chatModel" | "embeddingModel" | "visionModel";

/**
 * One gateway over several servers. A call goes down its tier's chain until one answers, and the chain is tried again,
 * after a pause, where that may help. Once the first word came there is no other: the stream ends with the error.
 */
export function createRoutedGateway(options: RoutedGatewayOptions): ModelGateway {
  const { chains, tierOf } = options;
  const checkDimension = createDimensionCheck();
  const nameOf = (chain: Chain, which: NamedModel): string | null => chain[0]?.[0]?.gateway[which] ?? null;
  const chatChain = async (request: GenerateRequest): Promise<Chain> => {
    const chain = chains[await tierOf(request)];
    // Another tier's model would answer as if there were no pictures.
    if (chain.length > 0 || hasPictures(request)) return chain;
    return chains.fast.length > 0 ? chains.fast : chains.heavy;
  };

  const chatModel = nameOf(chains.fast, "chatModel") ?? nameOf(chains.heavy, "chatModel");

  async function* generate(request: GenerateRequest): AsyncGenerator<ModelEvent> {
    const chain = await chatChain(request);
    const seeing = hasPictures(request);
    if (chain.length === 0) throw notConfigured(seeing ? "vision" : "chat");
    for await (const { routed, failed } of createAttempts(chain, options, request.call, request.signal)) {
      let said = false;
      try {
        const model = routed.gateway[seeing ? "visionModel" : "chatModel"];
        for await (const event of routed.gateway.generate(request)) {
          said = true;
          yield event.kind === "done" && model !== null && model !== chatModel ? { ...event, model } : event;
        }
        return;
      } catch (error) {
        if (said) throw error;
        failed(error);
      }
    }
  }

  const embedBatch = async (
    texts: readonly string[],
    signal: AbortSignal | undefined,
    call: GenerateRequest["call"],
  ): Promise<readonly Float32Array[]> => {
    for await (const { routed, failed } of createAttempts(chains.embed, options, call, signal))
      try {
        return await routed.gateway.embed(texts, signal, call);
      } catch (error) {
        failed(error);
      }
    throw notConfigured("embedding");
  };

  return {
    chatModel,
    embeddingModel: nameOf(chains.embed, "embeddingModel"),
    visionModel: nameOf(chains.vision, "visionModel"),
    generate,
    async embed(texts, signal, call) {
      if (chains.embed.length === 0) throw notConfigured("embedding");
      const vectors: Float32Array[] = [];
      // Each batch in its own turn: a long document keeps nobody waiting, and what was embedded is not embedded again.
      for (const batch of batches(texts)) {
        const made = await embedBatch(batch, signal, call);
        checkDimension(made);
        vectors.push(...made);
      }
      return vectors;
    },
  };
}
