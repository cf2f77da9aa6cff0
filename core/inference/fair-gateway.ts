import type { Clock } from "../clock.ts";
import { isExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import { expectedChatTokens, expectedTextTokens } from "./expected-tokens.ts";
import type { Lane, Slot } from "./line/lane.ts";
import type { ModelCall } from "./model-call.ts";
import type { GenerateRequest, ModelEvent, ModelGateway } from "./model-gateway.ts";

export interface FairGatewayPorts {
  readonly gateway: ModelGateway;
  /** The way to the chat model, and to the embedding model. */
  readonly chat: Lane;
  readonly embedding: Lane;
  readonly clock: Clock;
  /** A call that somebody waits for is given up where its turn does not come within this time, in milliseconds. */
  readonly longestWaitMs: number;
}

/** The same gateway, with each call in its fair turn and no more at once than the server bears. */
export function createFairGateway({
  gateway,
  chat,
  embedding,
  clock,
  longestWaitMs,
}: FairGatewayPorts): ModelGateway {
  const admission = (
    { urgency, tenantId, userId }: ModelCall = unnamed,
    cost: number,
    signal?: AbortSignal,
  ) => ({
    urgency,
    tenantId,
    userId,
    cost,
    signal,
    deadline: urgency === "interactive" ? new Date(clock.now().getTime() + longestWaitMs) : null,
  });

  async function* generate(request: GenerateRequest): AsyncGenerator<ModelEvent> {
    const { call, signal, onWaiting } = request;
    const expected = admission(call, expectedChatTokens(request), signal);
    const slot = await chat.enter({ ...expected, onWaiting });
    const begun = clock.now().getTime();
    let firstTokenMs: number | null = null;
    let cost = expected.cost;
    try {
      for await (const event of gateway.generate(request)) {
        firstTokenMs ??= clock.now().getTime() - begun;
        if (event.kind === "done") cost = tokensOf(event) ?? cost;
        yield event;
      }
      slot.worked(cost, firstTokenMs ?? 0);
    } catch (error) {
      slot.failed(isOverload(error));
      throw error;
    } finally {
      // Where the reader leaves early it has cost about what was expected.
      slot.worked(cost, firstTokenMs ?? 0);
    }
  }

  return {
    chatModel: gateway.chatModel,
    embeddingModel: gateway.embeddingModel,
    visionModel: gateway.visionModel,
    generate,
    async embed(texts, signal, call) {
      if (texts.length === 0) return [];
      const expected = admission(call, expectedTextTokens(texts), signal);
      const slot: Slot = await embedding.enter(expected);
      const begun = clock.now().getTime();
      try {
        const vectors = await gateway.embed(texts, signal, call);
        slot.worked(expected.cost, clock.now().getTime() - begun);
        return vectors;
      } catch (error) {
        slot.failed(isOverload(error));
        throw error;
      }
    },
  };
}

/** Calls of nobody's, such as a check of the installation, share what is left like one more tenant's batches. */
const unnamed: ModelCall = {
  tenantId: "" as TenantId,
  userId: null,
  departmentId: null,
  urgency: "batch",
};

const tokensOf = ({
  promptTokens,
  completionTokens,
}: Extract<ModelEvent, { kind: "done" }>): number | null =>
  promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens;

/** What says that the server has too much to do: 429 and 503, and no answer in time. */
function isOverload(error: unknown): boolean {
  if (isExpertError(error, "model_timeout")) return true;
  if (!isExpertError(error, "model_unavailable")) return false;
  const { status } = error.facts;
  return status === 429 || status === 503;
}
