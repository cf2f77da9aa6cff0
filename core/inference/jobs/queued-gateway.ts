import { expectedChatTokens, expectedTextTokens } from "../expected-tokens.ts";
import type { ModelCall } from "../model-call.ts";
import { type GenerateRequest, hasPictures, type ModelEvent, type ModelGateway } from "../model-gateway.ts";
import type { GenerateTier } from "../routing/model-routes.ts";
import { notConfigured } from "../routing/not-configured.ts";
import { ExpertError } from "../../errors.ts";
import { askInference, type AskInferencePorts } from "./ask-inference.ts";
import type { InferenceJob } from "./inference-job.ts";
import { vectorsOf } from "./vectors-text.ts";

export interface QueuedGatewayPorts extends AskInferencePorts {
  readonly models: Pick<ModelGateway, "chatModel" | "embeddingModel" | "visionModel">;
  readonly tierOf: (request: GenerateRequest) => Promise<GenerateTier>;
  /** The company's slug, a slash and the department's slug of a call; null where none is known. */
  readonly departmentOf: (call: ModelCall) => Promise<string | null>;
  /** Texts in the pieces that go to a server at once. */
  readonly batches: (texts: readonly string[]) => Iterable<readonly string[]>;
  /** Throws where vectors cannot be compared with those before them. */
  readonly checkDimension: (vectors: readonly Float32Array[]) => void;
  /** A call that somebody waits for is given up where its turn does not come within this time, in milliseconds. */
  readonly longestWaitMs: number;
  /** How often a call is looked at that says nothing, in milliseconds; 2,000 unless told. */
  readonly lookMs?: number;
}

/** Pieces of one document that are in line at once. */
const batchesAtOnce = 4;

/** A gateway whose calls other processes make: those beside the model servers, in fair turns, through the line of all processes. */
export function createQueuedGateway(ports: QueuedGatewayPorts): ModelGateway {
  const { models, tierOf, departmentOf, batches, checkDimension, longestWaitMs, lookMs, clock } = ports;

  const jobOf = async (
    call: ModelCall | undefined,
    rest: Pick<InferenceJob, "tier" | "request" | "cost">,
  ): Promise<Omit<InferenceJob, "id">> => ({
    ...rest,
    call: call ?? null,
    department: call ? await departmentOf(call) : null,
    deadlineMs: call?.urgency === "interactive" ? clock.now().getTime() + longestWaitMs : null,
  });
  const options = (signal: AbortSignal | undefined, onWaiting?: GenerateRequest["onWaiting"]) => ({
    signal,
    onWaiting,
    ...(lookMs === undefined ? {} : { lookMs }),
  });

  async function* generate(request: GenerateRequest): AsyncGenerator<ModelEvent> {
    const { messages, maxTokens, temperature, call, signal, onWaiting } = request;
    const seeing = hasPictures(request);
    if (models[seeing ? "visionModel" : "chatModel"] === null)
      throw notConfigured(seeing ? "vision" : "chat");
    const job = await jobOf(call, {
      tier: await tierOf(request),
      request: { kind: "chat", messages, maxTokens, temperature },
      cost: expectedChatTokens(request),
    });
    for await (const event of askInference(ports, job, options(signal, onWaiting))) {
      if (event.kind === "text") yield event;
      else if (event.kind === "done") {
        const { model, ...done } = event;
        yield model === undefined || model === models.chatModel ? done : { ...done, model };
      }
    }
  }

  const embedBatch = async (
    texts: readonly string[],
    signal: AbortSignal,
    call: ModelCall | undefined,
  ): Promise<readonly Float32Array[]> => {
    const job = await jobOf(call, {
      tier: "embed",
      request: { kind: "embedding", texts, model: models.embeddingModel },
      cost: expectedTextTokens(texts),
    });
    for await (const event of askInference(ports, job, options(signal)))
      if (event.kind === "embedded") return vectorsOf(event, texts.length);
    throw new ExpertError("model_unavailable", "The inference worker gave no vectors.");
  };

  return {
    ...models,
    generate,
    async embed(texts, signal, call) {
      if (models.embeddingModel === null) throw notConfigured("embedding");
      const waiting = [...batches(texts)].map((batch, index) => ({ batch, index }));
      const made: (readonly Float32Array[])[] = [];
      const stop = new AbortController();
      const all = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const vectors = await embedBatch(next.batch, all, call);
          checkDimension(vectors);
          made[next.index] = vectors;
        }
      };
      try {
        await Promise.all(Array.from({ length: batchesAtOnce }, work));
      } catch (error) {
        // The rest is of no use.
        stop.abort();
        throw error;
      }
      return made.flat();
    },
  };
}
