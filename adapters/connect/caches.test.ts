import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createFakeDatabase } from "../../tests/fakes/database/database.ts";
import { plainBox } from "../../tests/fakes/plain-box.ts";
import { hitOf } from "../../tests/support/sample-hits.ts";
import { hasRedis, startRedis, type TestRedis } from "../../tests/support/redis.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { systemClock } from "../../core/clock.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { silentLogger } from "../../core/logger.ts";
import { readConfig } from "../config.ts";
import { until } from "../../tests/support/sample-work.ts";
import { type Caches, connectCaches } from "./caches.ts";
import type { Wake } from "./queue.ts";

const present = hasRedis();
if (!present)
  console.log("Skipped: caches of several processes, for there is no redis-server on this machine.");

(present ? describe : describe.skip)("the caches of two processes", () => {
  let redis: TestRedis;
  const closers: Closer[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => closeInOrder(closers));
  afterAll(() => redis.close());

  const database = createFakeDatabase();
  const { tenantId } = database.provision(smallCompany());
  const { tenantId: other } = database.provision(smallCompany("other"));
  const open = (wake: Wake, more: Readonly<Record<string, string>> = {}): Caches => {
    const config = readConfig({
      REDIS_URL: redis.url,
      MODEL_BASE_URL: "http://127.0.0.1:9/v1",
      MODEL_NAME: "chat",
      EMBEDDING_MODEL: "words",
      ...more,
    });
    const ports = {
      config,
      wake,
      database,
      secrets: plainBox("one"),
      clock: systemClock,
      logger: silentLogger,
    };
    return connectCaches(ports, closers);
  };
  const draft = { text: "Open the valve [1].", citations: [], answeredBy: "chat", complete: true };
  const hits = [hitOf("Open the valve.")];
  const find = async ({ answers }: Caches, tenant = tenantId) =>
    await answers?.find(
      {
        tenantId: tenant,
        departmentId: null,
        scope: { departments: new Map(), principals: new Set() },
        version: 1,
      },
      {
        question: "How?",
        standaloneQuestion: "How?",
        history: [],
        result: { hits, terms: [], collectionSize: 1 },
        language: "en",
        department: { name: "Operations", instructions: null },
        signal: new AbortController().signal,
      },
    );
  const settle = () => new Promise((resolve) => setTimeout(resolve, 200));

  it("are one where the work is shared, and end where the models are others or nothing is to be kept", async () => {
    const [near, far] = [open("queue"), open("queue")];
    const key = (await find(near))?.key ?? "";
    // A cache that is not reached at once is left alone for some seconds.
    await until("the other finds it", async () => {
      near.answers?.keep(tenantId, key, draft);
      await settle();
      const found = await find(far);
      if (found?.draft) expect(found).toEqual({ key, draft });
      return Boolean(found?.draft);
    });
    expect((await find(far, other))?.draft).toBeNull();
    const changed = open("queue", { MODEL_NAME: "another" });
    await settle();
    expect((await find(changed))?.draft).toBeNull();
    expect(open("queue", { ANSWER_CACHE_MINUTES: "0" }).answers).toBeNull();
    const alone = open("memory");
    expect((await find(alone))?.draft).toBeNull();
  });

  it("keep vectors for each other, of each tenant apart", async () => {
    const asked: string[] = [];
    const gateway: ModelGateway = {
      chatModel: null,
      visionModel: null,
      embeddingModel: "words",
      generate: () => {
        throw new Error("not a chat");
      },
      async embed(texts) {
        asked.push(...texts);
        return texts.map(() => Float32Array.of(0.6, 0.8));
      },
    };
    const [near, far] = [open("queue").embeddings(gateway), open("queue").embeddings(gateway)];
    const call = { tenantId, userId: null, departmentId: null, urgency: "batch" } as const;
    let tries = 0;
    await until("the other has it", async () => {
      await near.embed(["valve"], undefined, call);
      await settle();
      const fresh = `pump ${String((tries += 1))}`;
      asked.length = 0;
      expect(await far.embed(["valve", fresh], undefined, call)).toHaveLength(2);
      return asked.join() === fresh;
    });
    asked.length = 0;
    await far.embed(["valve"], undefined, { ...call, tenantId: other });
    expect(asked).toEqual(["valve"]);
  });
});
