import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import { type ApiClient, endedTurn, signIn } from "../support/api-client.ts";
import { testDatabase } from "../support/database.ts";
import { type EventStream, openEventStream } from "../support/event-stream.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { type Product, startProduct } from "../support/product.ts";
import { hasRedis, startRedis } from "../support/redis.ts";
import { until } from "../support/sample-work.ts";
import { smallCompany } from "../support/small-company.ts";
import { removeFolder } from "../support/remove-folder.ts";
import { amplyMs } from "../support/time-limits.ts";

if (!hasRedis()) console.log("Skipped: inference workers, for there is no redis-server on this machine.");

const modelConcurrency = 2;

(hasRedis() ? describe : describe.skip)("an inference worker as a process of its own", () => {
  const closers: Closer[] = [];
  let server: ModelServer;
  let bots: Product;
  let worker: Product;
  let client: ApiClient;
  let sam: ApiClient;
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
    const models = {
      REDIS_URL: redis.url,
      MODEL_NAME: "stand-in",
      LOG_LEVEL: "error",
      MODEL_CONCURRENCY: String(modelConcurrency),
      // A model that hangs does so until its worker is killed.
      MODEL_FIRST_TOKEN_TIMEOUT_MS: String(amplyMs),
      MODEL_BETWEEN_TOKENS_TIMEOUT_MS: String(amplyMs),
    };
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
    openInference = async () => {
      const own = await mkdtemp(join(tmpdir(), "expert-inference-worker-"));
      closers.push(() => removeFolder(own));
      return await open({ ROLE: "inference", MODEL_BASE_URL: server.baseUrl }, own);
    };
    [bots, , worker] = await Promise.all([
      open({ ...asking, ROLE: "bots" }),
      open({ ...asking, ROLE: "workers" }),
      openInference(),
    ]);
    [client, sam] = (await Promise.all(
      ["ada", "sam"].map((name) => signIn(bots.url, `${name}@models.example`)),
    )) as [ApiClient, ApiClient];
    await client.upload(
      "pump.md",
      "# Pump\n\nThe feed pump P-101 is primed by opening valve V-7.",
      company.departments.get("operations") ?? "",
    );
  }, 300_000);
  afterAll(() => closeInOrder(closers), 180_000);

  /** Each asks in other words: what was answered before is not asked of a model again. */
  const ask = async (by = client): Promise<string> => {
    questions += 1;
    const question = `How is the feed pump P-101 primed on line ${String(questions)}?`;
    const { body } = await by.request<{ turnId: string }>("POST", "/turns", { question });
    return body.turnId;
  };
  const asked = (): number => server.chats.length;
  const answer = "The feed pump P-101 is primed by opening valve V-7. [1]";

  it("answers a question through three processes, and shows the words as they come", async () => {
    const opened: EventStream[] = [];
    const texts = (): number => opened[0]?.kinds.filter((kind) => kind === "text").length ?? -1;
    server.script({
      kind: "text",
      pieces: answer.match(/\S+\s*/g) ?? [],
      // Each few words once those before them are seen: what waits together is told together.
      before: (place) => until("words are seen", async () => texts() >= Math.floor(place / 3)),
    });
    const turn = await ask();
    const shown = await openEventStream(bots.url, client, turn);
    opened.push(shown);
    await shown.over;
    expect(texts()).toBeGreaterThan(2);
    expect(shown.kinds.at(-1)).toBe("reply");
    const ended = await endedTurn(client, turn);
    expect(JSON.stringify(ended)).toContain("V-7");
    expect(ended.state).toBe("answered");
    expect(asked()).toBe(1);
    expect(server.violations).toEqual([]);
  }, 180_000);

  it("stops the call at the model's server where the question is stopped", async () => {
    const [before, abandoned] = [asked(), server.abandoned];
    server.script({ kind: "hang", pieces: ["The feed "] });
    const turn = await ask();
    await until("the model is asked", async () => asked() === before + 1);
    await client.request("POST", `/turns/${turn}/cancel`);
    await until("the call is stopped", async () => server.abandoned === abandoned + 1);
    expect((await endedTurn(client, turn)).state).toBe("cancelled");
  }, 180_000);

  it("tells the place in line before the first word where the model is busy, and a stop reaches who waits", async () => {
    const [before, abandoned] = [asked(), server.abandoned];
    const busy: string[] = [];
    for (let place = 0; place < modelConcurrency; place += 1) {
      server.script({ kind: "hang", pieces: [] });
      busy.push(await ask());
    }
    await until("the model is busy", async () => asked() === before + modelConcurrency);
    const second = await ask(sam);
    const following = await openEventStream(bots.url, sam, second);
    await until("the place is told", async () => following.kinds.includes("waiting"));
    const third = await ask(sam);
    // While the model is busy still: it waits.
    await sam.request("POST", `/turns/${third}/cancel`);
    expect((await endedTurn(sam, third)).state).toBe("cancelled");
    for (const turn of busy) await client.request("POST", `/turns/${turn}/cancel`);
    await following.over;
    const events = [...following.body.matchAll(/^data: (.*)$/gm)].map(
      ([, data = ""]) => JSON.parse(data) as { readonly kind: string; readonly place?: number },
    );
    const kinds = events.map(({ kind }) => kind);
    expect(events.filter(({ kind }) => kind === "waiting")).toEqual([{ kind: "waiting", place: 0 }]);
    expect(kinds.indexOf("waiting")).toBeLessThan(kinds.indexOf("text"));
    expect(kinds.at(-1)).toBe("reply");
    for (const turn of busy) expect((await endedTurn(client, turn)).state).toBe("cancelled");
    expect(asked()).toBe(before + modelConcurrency + 1);
    expect(server.abandoned).toBe(abandoned + modelConcurrency);
    expect(server.violations).toEqual([]);
  }, 180_000);

  describe("that is killed before the first word of one answer, in the middle of another", () => {
    let silent: string;
    let spoken: string;
    let before: number;
    beforeAll(async () => {
      before = asked();
      server.script({ kind: "hang", pieces: [] });
      silent = await ask();
      await until("the model is asked", async () => asked() === before + 1);
      server.script({
        kind: "hang",
        pieces: ["The feed pump P-101 is primed ", "by opening valve V-7. [1] "],
      });
      spoken = await ask();
      const shown = await openEventStream(bots.url, client, spoken);
      await until("its words are seen", async () => shown.body.includes("V-7"));
      expect(asked()).toBe(before + 2);
      // Once another one is there: where none is, nobody waits for one.
      const next = await openInference();
      await worker.kill();
      worker = next;
    }, 300_000);

    it("answers the one question once", async () => {
      const ended = await endedTurn(client, silent, 60_000);
      expect(ended.state).toBe("answered");
      expect(JSON.stringify(ended)).not.toContain("cut off");
    }, 240_000);

    it("says of the other answer that it was cut off", async () => {
      const ended = await endedTurn(client, spoken, 60_000);
      expect(JSON.stringify(ended)).toContain("This answer was cut off before its end.");
      expect(JSON.stringify(ended)).toContain("by opening valve V-7.");
      // Only the first was asked for again.
      expect(asked()).toBe(before + 3);
    }, 240_000);
  });

  it("quotes at once where no inference worker is there, and asks the next that comes", async () => {
    const before = asked();
    await worker.stop({ keepData: true });
    const begun = Date.now();
    const quoted = await endedTurn(client, await ask());
    expect(Date.now() - begun).toBeLessThan(50_000);
    expect(quoted.state).toBe("answered");
    expect(JSON.stringify(quoted)).toContain("V-7");
    expect(asked()).toBe(before);
    worker = await openInference();
    expect(await (await fetch(`${worker.url}/health/ready`)).json()).toEqual({ status: "ready" });
    expect((await endedTurn(client, await ask())).state).toBe("answered");
    expect(asked()).toBe(before + 1);
  }, 180_000);
});
