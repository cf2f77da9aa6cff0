import type { Clock } from "../clock.ts";
import { isExpertError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { ModelCall } from "../inference/model-call.ts";
import {
  type GenerateRequest,
  hasPictures,
  type ModelEvent,
  type ModelGateway,
} from "../inference/model-gateway.ts";
import { estimateTokens } from "../knowledge/split-tokens.ts";
import type { BudgetGuard, BudgetHold, WantedBudget } from "./budget-guard.ts";
import { estimatePrompt, estimateTexts } from "./estimate-call.ts";
import { mostPromptTokens } from "./most-tokens.ts";
import type { UsageRecord } from "./usage.ts";
import type { UsageLog } from "./usage-log.ts";

export interface BudgetedGatewayPorts {
  readonly gateway: ModelGateway;
  readonly budgets: Pick<BudgetGuard, "reserve">;
  readonly usage: Pick<UsageLog, "note">;
  readonly clock: Clock;
}

type Cost = Pick<UsageRecord, "promptTokens" | "completionTokens" | "counted">;
/** An answer of fewer is not worth beginning; where at least as many are left, it is cut to them. The product's own choice. */
const usefulAnswerTokens = 250;
/** Whoever was told of their place so long ago, in milliseconds, was still in line: it is told about every two seconds. */
const stillWaitingMs = 3_000;

const nothing: Cost = { promptTokens: 0, completionTokens: 0, counted: true };

/**
 * The same gateway within budgets. What somebody waits for is put aside before it is sent: of a chat the prompt and the
 * longest answer, which is made shorter where less is left, of an embedding its texts; afterwards it is charged what the
 * server has counted, or what was read and streamed where it was stopped. However often it is tried behind this gateway, it is one request. Batches are recorded and not
 * limited; calls in nobody's name are neither. Throws `budget_exhausted` besides what the gateway throws.
 */
export function createBudgetedGateway({
  gateway,
  budgets,
  usage,
  clock,
}: BudgetedGatewayPorts): ModelGateway {
  const begin = (call: ModelCall, kind: UsageRecord["kind"], model: string | null) => {
    const { tenantId, departmentId, userId, urgency } = call;
    const named = { id: newId<UsageRecord["id"]>(), departmentId, userId, urgency, kind };
    return {
      model: model ?? "",
      note(outcome: UsageRecord["outcome"], cost: Cost, by = model ?? ""): void {
        usage.note(tenantId, { ...named, at: clock.now(), model: by, outcome, ...cost });
      },
    };
  };

  /** Null where nothing limits it. */
  async function reserve(
    call: ModelCall,
    wanted: WantedBudget,
    refused: () => void,
  ): Promise<BudgetHold | null> {
    if (call.urgency === "batch") return null;
    try {
      return await budgets.reserve(call, wanted);
    } catch (error) {
      if (isExpertError(error, "budget_exhausted")) refused();
      throw error;
    }
  }

  async function* generate(request: GenerateRequest): AsyncGenerator<ModelEvent> {
    const { call, maxTokens, signal } = request;
    if (!call) {
      yield* gateway.generate(request);
      return;
    }
    const asked = begin(call, "chat", hasPictures(request) ? gateway.visionModel : gateway.chatModel);
    const promptTokens = estimatePrompt(request);
    const forPrompt = mostPromptTokens(request);
    const hold = await reserve(
      call,
      {
        requests: 1,
        tokens: forPrompt + maxTokens,
        least: forPrompt + Math.min(maxTokens, usefulAnswerTokens),
      },
      () => {
        asked.note("refused", nothing);
      },
    );
    const isSent = signal?.aborted !== true;
    let waitedAt = -Infinity;
    const sent: GenerateRequest = {
      ...request,
      maxTokens: hold ? hold.tokens - forPrompt : maxTokens,
      onWaiting: (place) => {
        waitedAt = clock.now().getTime();
        request.onWaiting?.(place);
      },
    };
    let text = "";
    let outcome: UsageRecord["outcome"] = "stopped";
    let end: Extract<ModelEvent, { kind: "done" }> | null = null;
    try {
      for await (const event of gateway.generate(sent)) {
        if (event.kind === "text") text += event.text;
        else [outcome, end] = ["done", event];
        yield event;
      }
    } catch (error) {
      if (!isExpertError(error, "cancelled")) outcome = "failed";
      throw error;
    } finally {
      const isInLine = clock.now().getTime() - waitedAt < stillWaitingMs;
      // A server may have read it by now, so that stopping in time, again and again, does not make prompts free.
      const wasRead = end !== null || text !== "" || (outcome === "stopped" && isSent && !isInLine);
      const cost = costOf(wasRead ? promptTokens : 0, text, end);
      hold?.settle(cost.promptTokens + cost.completionTokens);
      asked.note(outcome, cost, end?.model ?? asked.model);
    }
  }

  return {
    chatModel: gateway.chatModel,
    embeddingModel: gateway.embeddingModel,
    visionModel: gateway.visionModel,
    generate,
    async embed(texts, signal, call) {
      if (!call || texts.length === 0) return await gateway.embed(texts, signal, call);
      const asked = begin(call, "embedding", gateway.embeddingModel);
      const cost: Cost = { promptTokens: estimateTexts(texts), completionTokens: 0, counted: false };
      const hold = await reserve(call, { requests: 0, tokens: cost.promptTokens }, () => {
        asked.note("refused", nothing);
      });
      try {
        const vectors = await gateway.embed(texts, signal, call);
        asked.note("done", cost);
        return vectors;
      } catch (error) {
        hold?.settle(0);
        asked.note(isExpertError(error, "cancelled") ? "stopped" : "failed", nothing);
        throw error;
      }
    },
  };
}

/** As the server has counted, else as it was read and streamed. */
function costOf(promptTokens: number, text: string, end: Extract<ModelEvent, { kind: "done" }> | null): Cost {
  if (end !== null && end.promptTokens !== null && end.completionTokens !== null)
    return { promptTokens: end.promptTokens, completionTokens: end.completionTokens, counted: true };
  if (end === null && promptTokens === 0) return nothing;
  return { promptTokens, completionTokens: estimateTokens(text), counted: false };
}
