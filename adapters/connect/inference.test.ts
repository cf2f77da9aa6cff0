import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { systemClock } from "../../core/clock.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import type { Database } from "../../core/database.ts";
import { type DepartmentId, newId, type TenantId } from "../../core/ids.ts";
import { serveInference } from "../../core/inference/jobs/serve-inference.ts";
import type { ModelEvent, ModelGateway } from "../../core/inference/model-gateway.ts";
import { silentLogger } from "../../core/logger.ts";
import { modelGatewayContract } from "../../tests/contract/model-gateway.ts";
import { startModelServer } from "../../tests/support/model-server.ts";
import { hasRedis, startRedis, type TestRedis } from "../../tests/support/redis.ts";
import { createBullmqQueue } from "../bullmq/queue.ts";
import { type Config, readConfig } from "../config.ts";
import { parseModels } from "../config/read-models.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { connectInference } from "./inference.ts";
import { connectGateway, type GatewayPorts } from "./queued-model.ts";

jest.setTimeout(180_000);

const present = hasRedis();
if (!present)
  console.log("Skipped: models through inference workers, for there is no redis-server on this machine.");

const tenantId = newId<TenantId>();
const finance = newId<DepartmentId>();
const patient = Object.fromEntries(
  ["FIRST_TOKEN_TIMEOUT", "BETWEEN_TOKENS_TIMEOUT", "WAIT_LIMIT"].map((what) => [
    `MODEL_${what}_MS`,
    String(amplyMs),
  ]),
);
/** One company with one department. */
const database = {
  tenants: () => Promise.resolve([{ id: tenantId, slug: "acme" }]),
  withTenant: <T>(_tenant: TenantId, work: (stores: never) => Promise<T>): Promise<T> =>
    work({ members: { departments: () => Promise.resolve([{ id: finance, slug: "finance" }]) } } as never),
} as Partial<Database> as Database;

(present ? describe : describe.skip)("models through an inference worker, over Redis", () => {
  let redis: TestRedis;
  let dataFolder: string;
  const closers: Closer[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    dataFolder = await mkdtemp(join(tmpdir(), "expert-queued-model-"));
  });
  afterEach(() => closeInOrder(closers));
  afterAll(async () => {
    await redis.close();
    await rm(dataFolder, { recursive: true, force: true });
  });

  const configOf = (ROLE: Config["ROLE"], file: object): Config => {
    const config = readConfig({ REDIS_URL: redis.url, LOG_LEVEL: "silent", ...patient }, dataFolder);
    const { routes, faults } = parseModels(JSON.stringify(file), config, () => "sk-very-secret");
    expect(faults).toEqual([]);
    return { ...config, ROLE, MODELS: routes, DATA_DIR: dataFolder };
  };
  /** As bots and workers ask. */
  const asking = (file: object, more: Partial<GatewayPorts> = {}): ModelGateway => {
    const queue = createBullmqQueue({
      connection: { kind: "redis", url: redis.url },
      logger: silentLogger,
    });
    closers.push(() => queue.close());
    const config = configOf("workers", file);
    const ports = { config, database, queue, clock: systemClock, logger: silentLogger, ...more };
    const gateway = connectGateway(ports, closers);
    if (!gateway) throw new Error("no gateway");
    return gateway;
  };
  const serving = async (file: object): Promise<void> => {
    const parts = connectInference(configOf("inference", file));
    closers.push(() => parts.close());
    const service = await serveInference(parts);
    closers.push(() => service.stop());
  };
  const fileOf = (baseUrl: string, tiers: object, more: object = {}): object => ({
    servers: [{ name: "gpu", base_url: baseUrl, models: ["chat", "big", "vectors"], ...more }],
    tiers,
  });
  const both = {
    fast: [{ server: "gpu", model: "chat" }],
    embed: [{ server: "gpu", model: "vectors" }],
  };

  modelGatewayContract("an inference worker", async () => {
    const server = await startModelServer({ betweenMs: 40 });
    closers.push(() => server.close());
    const file = fileOf(server.baseUrl, both);
    await serving(file);
    return {
      gateway: asking(file),
      without: (model) =>
        asking(fileOf(server.baseUrl, { ...both, [model === "chat" ? "fast" : "embed"]: [] })),
      close: () => closeInOrder(closers),
    };
  });

  it("answers a department with its adapter, whose name the call brings", async () => {
    const server = await startModelServer({ vllm: { models: ["chat"], loadable: ["finance-2026"] } });
    closers.push(() => server.close());
    const lora = { base: "chat", adapters: { "finance-2026": "/adapters/finance" } };
    const file = {
      ...fileOf(server.baseUrl, both, { lora }),
      departments: { "acme/finance": { adapter: "finance-2026" } },
    };
    await serving(file);
    const gateway = asking(file);
    const ask = async (departmentId: DepartmentId | null): Promise<void> => {
      const call = { tenantId, userId: null, departmentId, urgency: "interactive" } as const;
      const messages = [{ role: "user" as const, content: "How much is left?" }];
      const events: ModelEvent[] = [];
      for await (const event of gateway.generate({ messages, maxTokens: 9, temperature: 0, call }))
        events.push(event);
      expect(events.at(-1)?.kind).toBe("done");
    };
    await ask(finance);
    await ask(null);
    expect(server.adapterCalls).toEqual(["load finance-2026"]);
    expect(server.chats.map(({ model }) => model)).toEqual(["finance-2026", "chat"]);
  });

  it("embeds where a worker has that model alone, and says that nobody serves the other tier", async () => {
    const server = await startModelServer();
    closers.push(() => server.close());
    await serving(fileOf(server.baseUrl, { embed: both.embed }));
    const gateway = asking(fileOf("http://127.0.0.1:9/v1", both));
    expect(await gateway.embed(["a pump", "a valve"])).toHaveLength(2);
    const messages = [{ role: "user" as const, content: "Which valve?" }];
    const reading = gateway.generate({ messages, maxTokens: 9, temperature: 0 })[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toMatchObject({
      code: "model_unavailable",
      message: "No inference worker serves the tier fast.",
    });
  });

  it("gives companies of more weight more of what workers can do while others wait too", async () => {
    const server = await startModelServer({ betweenMs: 5 });
    closers.push(() => server.close());
    const file = fileOf(server.baseUrl, both, { most_in_flight: 1 });
    await serving(file);
    const [acme, globex] = [newId<TenantId>(), newId<TenantId>()];
    const gateway = asking(file, { tenantWeight: (tenant) => (tenant === acme ? 3 : 1) });
    const ask = async (of: TenantId, content: string): Promise<void> => {
      const call = { tenantId: of, userId: null, departmentId: null, urgency: "interactive" } as const;
      const messages = [{ role: "user" as const, content }];
      for await (const event of gateway.generate({ messages, maxTokens: 9, temperature: 0, call }))
        if (event.kind === "done") return;
    };
    await Promise.all(
      Array.from({ length: 9 }, () => [ask(acme, "of acme's"), ask(globex, "of globex's")]).flat(),
    );
    const order = server.chats.map(({ messages }) => JSON.stringify(messages));
    const first = order.slice(0, 12).filter((messages) => messages.includes("of acme's"));
    // What came first was taken before the others were there.
    expect(first.length).toBeGreaterThanOrEqual(8);
  });

  it("names the model of the tier that answered, where it is not the first", async () => {
    const server = await startModelServer();
    closers.push(() => server.close());
    const tiers = { ...both, heavy: [{ server: "gpu", model: "big" }] };
    const file = { ...fileOf(server.baseUrl, tiers), heavy_above_tokens: 5 };
    await serving(file);
    const content = "How is the feed pump primed, and which valve is opened first of all of them?";
    const events: ModelEvent[] = [];
    for await (const event of asking(file).generate({
      messages: [{ role: "user", content }],
      maxTokens: 9,
      temperature: 0,
    }))
      events.push(event);
    expect(events.at(-1)).toMatchObject({ kind: "done", model: "big" });
  });
});
