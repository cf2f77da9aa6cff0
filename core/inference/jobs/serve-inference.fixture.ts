import { afterEach } from "@jest/globals";
import { createFakeInference, type FakeInference } from "../../../tests/fakes/inference.ts";
import { ExpertError } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { silentLogger } from "../../logger.ts";
import type { ModelCall } from "../model-call.ts";
import type { GenerateRequest, ModelEvent, ModelGateway } from "../model-gateway.ts";
import type { InferenceEvent, InferenceJob } from "./inference-job.ts";
import { type InferenceService, serveInference, type ServeInferencePorts } from "./serve-inference.ts";
import type { PacedServer } from "./server-pace.ts";
import { wakeWorkers } from "./wake-workers.ts";

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export async function until(condition: () => boolean, withinMs = 40_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error("What the test waits for did not happen in time.");
    await pause(2);
  }
}

/** A model whose answers go on when they are told to. */
export function slowModel() {
  const asked: GenerateRequest[] = [];
  const stopped: GenerateRequest[] = [];
  const go: (() => void)[] = [];
  let failure: ExpertError | null = null;
  let first = "";
  let atOnce = 0;
  const wait = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      go.push(resolve);
      signal?.addEventListener("abort", () => reject(new ExpertError("cancelled", "stopped")));
    });
  async function* generate(request: GenerateRequest): AsyncGenerator<ModelEvent> {
    asked.push(request);
    atOnce = Math.max(atOnce, asked.length - ended);
    try {
      if (first !== "") yield { kind: "text", text: first };
      await wait(request.signal).catch((error: unknown) => {
        stopped.push(request);
        throw error;
      });
      if (failure) throw failure;
      yield { kind: "text", text: "V-7." };
      yield { kind: "done", finish: "stop", promptTokens: 10, completionTokens: 3 };
    } finally {
      ended += 1;
    }
  }
  let ended = 0;
  const gateway: ModelGateway = {
    chatModel: "slow",
    embeddingModel: "embedding",
    visionModel: null,
    generate,
    embed: async (texts) => texts.map((text) => Float32Array.of(text.length, 0.25)),
  };
  return {
    gateway,
    asked,
    stopped,
    /** All that wait, and the one that comes next. */
    goOn() {
      for (const each of go.splice(0)) each();
    },
    failWith(error: ExpertError) {
      failure = error;
    },
    beginsWith(text: string) {
      first = text;
    },
    get atOnce() {
      return atOnce;
    },
  };
}

export const server = (
  limit: number,
): PacedServer & { load: { calls: number }; breaker: { available: boolean } } => ({
  breaker: { state: "closed", available: true },
  load: { calls: 0, limit: () => limit },
});

export const call: ModelCall = {
  tenantId: newId(),
  userId: null,
  departmentId: null,
  urgency: "interactive",
};
export const chat = (rest: Partial<InferenceJob> = {}): InferenceJob => ({
  id: newId(),
  tier: "fast",
  call,
  department: null,
  request: {
    kind: "chat",
    messages: [{ role: "user", content: "Which valve?" }],
    maxTokens: 9,
    temperature: 0,
  },
  cost: 20,
  deadlineMs: null,
  ...rest,
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Short where it happens again and again, and ample where something would be over, however slow the machine is. */
export const timing = { holdMs: 120_000, beatMs: 20, presentMs: 120_000, roundMs: 40, drainMs: 40_000 };

export async function serve(
  inference: FakeInference,
  model: ReturnType<typeof slowModel>,
  ports: Partial<ServeInferencePorts> & { readonly limit?: number } = {},
): Promise<InferenceService> {
  const { limit = 4, ...rest } = ports;
  const service = await serveInference({
    ...inference,
    tiers: new Map([["fast", { gateway: model.gateway, servers: [[server(limit)]] }]]),
    nameDepartment: () => undefined,
    logger: silentLogger,
    timing,
    ...rest,
  });
  closing.push(async () => {
    model.goOn();
    await service.stop();
  });
  return service;
}

export function start(now?: () => number): FakeInference {
  const inference = createFakeInference(now);
  closing.push(() => inference.queue.close());
  return inference;
}

export async function ask(inference: FakeInference, job: InferenceJob = chat()): Promise<InferenceJob> {
  await inference.line.add(job);
  await wakeWorkers({ queue: inference.queue, logger: silentLogger }, job);
  return job;
}

export const toldOf = ({ events }: FakeInference, { id }: InferenceJob): readonly InferenceEvent[] =>
  events.published.get(id) ?? [];
export const endOf = (inference: FakeInference, job: InferenceJob): InferenceEvent | undefined =>
  toldOf(inference, job).at(-1);
