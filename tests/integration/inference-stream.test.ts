import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createBullmqQueue } from "../../adapters/bullmq/queue.ts";
import { createRedisInferenceEvents } from "../../adapters/redis/inference-events.ts";
import { createRedisInferenceLine } from "../../adapters/redis/inference-line.ts";
import { systemClock } from "../../core/clock.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import { newId } from "../../core/ids.ts";
import { createQueuedGateway } from "../../core/inference/jobs/queued-gateway.ts";
import { serveInference } from "../../core/inference/jobs/serve-inference.ts";
import type { GenerateRequest, ModelEvent, ModelGateway } from "../../core/inference/model-gateway.ts";
import { silentLogger as logger } from "../../core/logger.ts";
import { hasRedis, startRedis, type TestRedis } from "../support/redis.ts";
import { amplyMs } from "../support/time-limits.ts";

if (!hasRedis())
  console.log("Skipped: words between processes, for there is no redis-server on this machine.");

const words = 80;
/** Eighty words that each wait to be looked for, as once a second, would take longer. */
const limitMs = 60_000;

(hasRedis() ? describe : describe.skip)("words of a model between processes", () => {
  const closers: Closer[] = [];
  let redis: TestRedis;
  let model: SteppedModel;
  let gateway: ModelGateway;

  /** Connections of its own, as a process has. */
  const open = () => {
    const { url } = redis;
    const queue = createBullmqQueue({ connection: { kind: "redis", url }, logger });
    closers.push(() => queue.close());
    const line = createRedisInferenceLine({ url, logger, answerWithinMs: amplyMs });
    closers.push(() => line.close());
    const events = createRedisInferenceEvents({ url, logger });
    closers.push(() => events.close());
    return { queue, line, events, logger };
  };

  beforeAll(async () => {
    redis = await startRedis();
    closers.push(() => redis.close());
    model = steppedModel();
    const server = {
      breaker: { state: "closed", available: true },
      load: { calls: 0, limit: () => 4 },
    } as const;
    const service = await serveInference({
      ...open(),
      tiers: new Map([["fast", { gateway: model.gateway, servers: [[server]] }]]),
      nameDepartment: () => undefined,
    });
    closers.push(() => service.stop());
    gateway = createQueuedGateway({
      ...open(),
      models: model.gateway,
      tierOf: () => Promise.resolve("fast"),
      departmentOf: () => Promise.resolve(null),
      batches: (texts) => [texts],
      checkDimension: () => undefined,
      longestWaitMs: 60_000,
      clock: systemClock,
    });
  }, 120_000);
  afterAll(() => closeInOrder(closers), 120_000);

  it(
    "arrive one by one, each before the next is said",
    async () => {
      const heard: string[] = [];
      for await (const event of gateway.generate({
        messages: [{ role: "user", content: "Which valve?" }],
        maxTokens: words,
        temperature: 0,
        call: { tenantId: newId(), userId: null, departmentId: null, urgency: "interactive" },
      })) {
        if (event.kind !== "text") continue;
        expect(model.said).toBe(heard.length + 1);
        heard.push(event.text);
        model.goOn();
      }
      expect(heard).toEqual(Array.from({ length: words }, (_, n) => `word ${String(n)} `));
    },
    limitMs,
  );
});

interface SteppedModel {
  readonly gateway: ModelGateway;
  /** Words so far. */
  readonly said: number;
  /** Lets it say the next. */
  goOn(): void;
}

/** A model that says each word only once the one before it was heard. */
function steppedModel(): SteppedModel {
  let said = 0;
  let goOn: () => void = () => undefined;
  async function* generate({ maxTokens }: GenerateRequest): AsyncGenerator<ModelEvent> {
    for (let n = 0; n < maxTokens; n += 1) {
      said += 1;
      const heard = new Promise<void>((resolve) => (goOn = resolve));
      yield { kind: "text", text: `word ${String(n)} ` };
      await heard;
    }
    yield { kind: "done", finish: "stop", promptTokens: 3, completionTokens: maxTokens };
  }
  return {
    gateway: {
      chatModel: "stepped",
      embeddingModel: null,
      visionModel: null,
      generate,
      embed: () => Promise.resolve([]),
    },
    get said() {
      return said;
    },
    goOn: () => goOn(),
  };
}
