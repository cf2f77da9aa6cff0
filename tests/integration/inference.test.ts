import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import { type ApiClient, endedTurn, signIn } from "../support/api-client.ts";
import { testDatabase } from "../support/database.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { type Product, startProduct } from "../support/product.ts";
import { hasRedis, startRedis } from "../support/redis.ts";
import { until } from "../support/sample-work.ts";
import { smallCompany } from "../support/small-company.ts";
import { removeFolder } from "../support/remove-folder.ts";

if (!hasRedis()) console.log("Skipped: inference workers, for there is no redis-server on this machine.");

(hasRedis() ? describe : describe.skip)("an inference worker as a process of its own", () => {
  const closers: Closer[] = [];
  let server: ModelServer;
  let bots: Product;
  let worker: Product;
  let client: ApiClient;
  let openInference: () => Promise<Product>;
  let questions = 0;

  beforeAll(async () => {
    const database = await testDatabase();
    closers.push(() => database.close());
    const redis = await startRedis();
    closers.push(() => redis.close());
    server = await startModelServer();
    closers.push(() => server.close());
    const dataFolder = await mkdtemp(join(tmpdir(), "expert-inference-"));
    closers.push(() => removeFolder(dataFolder));
    const company = await provisionCompany(database.ownerUrl, smallCompany("models"), {
      localAccounts: true,
    });
    const models = { REDIS_URL: redis.url, MODEL_NAME: "stand-in", LOG_LEVEL: "error" };
    const open = async (environment: Record<string, string>, folder = dataFolder): Promise<Product> => {
      const product = await startProduct({ dataFolder: folder, environment: { ...models, ...environment } });
      closers.push(() => product.stop({ keepData: true }));
      return product;
    };
    // They ask no server themselves: this address answers nobody.
    const asking = {
      DATABASE_URL: database.appUrl,
      MODEL_BASE_URL: "http://127.0.0.1:9/v1",
      ANSWER_CACHE_MINUTES: "0",
      SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    };
    const own = await mkdtemp(join(tmpdir(), "expert-inference-worker-"));
    closers.push(() => removeFolder(own));
    openInference = () => open({ ROLE: "inference", MODEL_BASE_URL: server.baseUrl }, own);
    [bots, , worker] = await Promise.all([
      open({ ...asking, ROLE: "bots" }),
      open({ ...asking, ROLE: "workers" }),
      openInference(),
    ]);
    client = await signIn(bots.url, "ada@models.example");
    await client.upload(
      "pump.md",
      "# Pump\n\nThe feed pump P-101 is primed by opening valve V-7.",
      company.departments.get("operations") ?? "",
    );
  }, 120_000);
  afterAll(() => closeInOrder(closers), 60_000);

  /** Each asks in other words: what was answered before is not asked of a model again. */
  const ask = async (): Promise<string> => {
    questions += 1;
    const question = `How is the feed pump P-101 primed on line ${String(questions)}?`;
    const { body } = await client.request<{ turnId: string }>("POST", "/turns", { question });
    return body.turnId;
  };
  const asked = (): number => server.chats.length;
  const answer = "The feed pump P-101 is primed by opening valve V-7. [1]";

  it("answers a question through three processes, and shows the words as they come", async () => {
    server.script({ kind: "text", pieces: answer.match(/\S+\s*/g) ?? [], betweenMs: 60 });
    const turn = await ask();
    const response = await fetch(`${bots.url}/v1/turns/${turn}/events`, {
      headers: { cookie: client.cookie },
    });
    const body = await response.text();
    const kinds = [...body.matchAll(/^event: (\w+)$/gm)].map(([, kind]) => kind ?? "");
    expect(kinds.filter((kind) => kind === "text").length).toBeGreaterThan(2);
    expect(kinds.at(-1)).toBe("reply");
    const ended = await endedTurn(client, turn);
    expect(JSON.stringify(ended)).toContain("V-7");
    expect(ended.state).toBe("answered");
    expect(asked()).toBe(1);
    expect(server.violations).toEqual([]);
  }, 60_000);

  it("stops the call at the model's server where the question is stopped", async () => {
    const before = server.abandoned;
    server.script({ kind: "hang", pieces: ["The feed "] });
    const turn = await ask();
    await until("the model is asked", async () => asked() === 2);
    await client.request("POST", `/turns/${turn}/cancel`);
    await until("the call is stopped", async () => server.abandoned === before + 1);
    expect((await endedTurn(client, turn)).state).toBe("cancelled");
  }, 60_000);

  it("answers a question once whose inference worker is killed before its first word", async () => {
    server.script({ kind: "hang", pieces: [] });
    const turn = await ask();
    await until("the model is asked", async () => asked() === 3);
    await worker.kill();
    worker = await openInference();
    const ended = await endedTurn(client, turn, 60_000);
    expect(ended.state).toBe("answered");
    expect(JSON.stringify(ended)).not.toContain("cut off");
    expect(asked()).toBe(4);
  }, 90_000);

  it("says of an answer that it was cut off whose inference worker is killed in the middle", async () => {
    server.script({ kind: "hang", pieces: ["The feed pump P-101 is primed ", "by opening valve V-7. [1] "] });
    const turn = await ask();
    await until("the model is asked", async () => asked() === 5);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await worker.kill();
    worker = await openInference();
    const ended = await endedTurn(client, turn, 60_000);
    expect(JSON.stringify(ended)).toContain("This answer was cut off before its end.");
    expect(JSON.stringify(ended)).toContain("by opening valve V-7.");
    expect(asked()).toBe(5);
  }, 90_000);

  it("quotes at once where no inference worker is there, and asks the next that comes", async () => {
    await worker.stop({ keepData: true });
    const begun = Date.now();
    const quoted = await endedTurn(client, await ask());
    expect(Date.now() - begun).toBeLessThan(30_000);
    expect(quoted.state).toBe("answered");
    expect(JSON.stringify(quoted)).toContain("V-7");
    expect(asked()).toBe(5);
    worker = await openInference();
    expect(await (await fetch(`${worker.url}/health/ready`)).json()).toEqual({ status: "ready" });
    expect((await endedTurn(client, await ask())).state).toBe("answered");
    expect(asked()).toBe(6);
  }, 60_000);
});
