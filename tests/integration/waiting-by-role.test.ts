import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import { type ApiClient, endedTurn, signIn } from "../support/api-client.ts";
import { testDatabase } from "../support/database.ts";
import { openEventStream } from "../support/event-stream.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { startProduct } from "../support/product.ts";
import { hasRedis, startRedis } from "../support/redis.ts";
import { until } from "../support/sample-work.ts";
import { smallCompany } from "../support/small-company.ts";
import { removeFolder } from "../support/remove-folder.ts";

if (!hasRedis())
  console.log("Skipped: waiting for a model by role, for there is no redis-server on this machine.");

(hasRedis() ? describe : describe.skip)("bots, workers and an inference worker beside a busy model", () => {
  const closers: Closer[] = [];
  let model: ModelServer;
  let url: string;
  let ada: ApiClient;
  let sam: ApiClient;
  beforeAll(async () => {
    model = await startModelServer();
    closers.push(() => model.close());
    const database = await testDatabase();
    closers.push(() => database.close());
    const redis = await startRedis();
    closers.push(() => redis.close());
    const dataFolder = await mkdtemp(join(tmpdir(), "expert-waiting-"));
    closers.push(() => removeFolder(dataFolder));
    const company = await provisionCompany(database.ownerUrl, smallCompany("busy"), { localAccounts: true });
    const open = async (ROLE: string) => {
      const product = await startProduct({
        dataFolder,
        environment: {
          ROLE,
          DATABASE_URL: database.appUrl,
          REDIS_URL: redis.url,
          LOG_LEVEL: "error",
          SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
          MODEL_BASE_URL: model.baseUrl,
          MODEL_NAME: "test-chat",
          ANSWER_CACHE_MINUTES: "0",
          MODEL_CONCURRENCY: "1",
          // It says nothing until it is stopped.
          MODEL_FIRST_TOKEN_TIMEOUT_MS: "300000",
        },
      });
      closers.push(() => product.stop({ keepData: true }));
      return product;
    };
    const [bots] = await Promise.all([open("bots"), open("workers"), open("inference")]);
    url = bots.url;
    ada = await signIn(url, "ada@busy.example");
    sam = await signIn(url, "sam@busy.example");
    await ada.upload(
      "pump.md",
      "# Pump\n\nThe feed pump P-101 is primed by opening valve V-7.",
      company.departments.get("operations") ?? "",
    );
  }, 300_000);
  afterAll(() => closeInOrder(closers), 180_000);

  const ask = async (client: ApiClient, question: string): Promise<string> =>
    (await client.request<{ turnId: string }>("POST", "/turns", { question })).body.turnId;
  it("tell the place in line before the first word, and a stop reaches the call and who waits", async () => {
    model.script({ kind: "hang", pieces: [] });
    const first = await ask(ada, "How is the feed pump P-101 primed?");
    await until("the model is busy", async () => model.chats.length === 1);
    const second = await ask(sam, "Which valve primes the feed pump P-101?");
    const following = await openEventStream(url, sam, second);
    await until("the place is told", async () => following.kinds.includes("waiting"));
    const third = await ask(sam, "What does valve V-7 do?");
    // While the model is busy still: it waits.
    await sam.request("POST", `/turns/${third}/cancel`);
    await ada.request("POST", `/turns/${first}/cancel`);
    await following.over;
    const events = [...following.body.matchAll(/^data: (.*)$/gm)].map(
      ([, data = ""]) => JSON.parse(data) as { readonly kind: string; readonly place?: number },
    );
    const kinds = events.map(({ kind }) => kind);
    expect(events.filter(({ kind }) => kind === "waiting")).toEqual([{ kind: "waiting", place: 0 }]);
    expect(kinds.indexOf("waiting")).toBeLessThan(kinds.indexOf("text"));
    expect(kinds.at(-1)).toBe("reply");
    expect((await endedTurn(ada, first)).state).toBe("cancelled");
    expect((await endedTurn(sam, third)).state).toBe("cancelled");
    expect(model.abandoned).toBe(1);
    expect(model.violations).toEqual([]);
  }, 180_000);
});
