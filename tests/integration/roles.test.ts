import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import { type ApiClient, endedTurn, signIn } from "../support/api-client.ts";
import { testDatabase } from "../support/database.ts";
import { type Product, startProduct } from "../support/product.ts";
import { hasRedis, startRedis, type TestRedis } from "../support/redis.ts";
import { smallCompany } from "../support/small-company.ts";
import { removeFolder } from "../support/remove-folder.ts";

if (!hasRedis()) console.log("Skipped: processes by role, for there is no redis-server on this machine.");

(hasRedis() ? describe : describe.skip)("bots and workers as processes of their own, over Redis", () => {
  const closers: Closer[] = [];
  let redis: TestRedis;
  let bots: Product;
  let workers: Product;
  let client: ApiClient;
  let open: (role: "bots" | "workers") => Promise<Product>;
  beforeAll(async () => {
    const database = await testDatabase();
    closers.push(() => database.close());
    redis = await startRedis();
    closers.push(() => redis.close());
    const dataFolder = await mkdtemp(join(tmpdir(), "expert-roles-"));
    closers.push(() => removeFolder(dataFolder));
    const company = await provisionCompany(database.ownerUrl, smallCompany("roles"), { localAccounts: true });
    open = async (ROLE) => {
      const product = await startProduct({
        dataFolder,
        environment: {
          ROLE,
          DATABASE_URL: database.appUrl,
          REDIS_URL: redis.url,
          LOG_LEVEL: "error",
          SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
        },
      });
      closers.push(() => product.stop({ keepData: true }));
      return product;
    };
    [bots, workers] = await Promise.all([open("bots"), open("workers")]);
    client = await signIn(bots.url, "ada@roles.example");
    const department = company.departments.get("operations") ?? "";
    await client.upload(
      "pump.md",
      "# Pump\n\nThe feed pump P-101 is primed by opening valve V-7.",
      department,
    );
  }, 300_000);
  afterAll(() => closeInOrder(closers), 180_000);

  /** The kinds of the events that a reader of the turn's stream sees, and the text of its reply. */
  const watch = async (turnId: string): Promise<{ kinds: readonly string[]; body: string }> => {
    const response = await fetch(`${bots.url}/v1/turns/${turnId}/events`, {
      headers: { cookie: client.cookie },
    });
    const body = await response.text();
    return { kinds: [...body.matchAll(/^event: (\w+)$/gm)].map(([, kind]) => kind ?? ""), body };
  };

  it("show the words of an answer while another process writes them", async () => {
    const { body } = await client.request<{ turnId: string }>("POST", "/turns", {
      question: "How is the feed pump P-101 primed?",
    });
    const seen = await watch(body.turnId);
    expect(seen.kinds).toContain("state");
    expect(seen.kinds.at(-1)).toBe("reply");
    expect(seen.body).toContain("V-7");
  }, 180_000);

  it("lose no question where the workers are killed, nor where Redis is", async () => {
    await workers.kill();
    const asked = await client.request<{ turnId: string }>("POST", "/turns", {
      question: "Which valve primes pump P-101?",
    });
    expect(asked.status).toBe(202);
    await redis.kill();
    const without = await client.request<{ turnId: string }>("POST", "/turns", {
      question: "How do I prime P-101?",
    });
    expect(without.status).toBe(202);
    await redis.restart();
    workers = await open("workers");
    for (const { turnId } of [asked.body, without.body]) {
      const turn = await endedTurn(client, turnId, 60_000);
      expect(turn.state).toBe("answered");
    }
  }, 300_000);

  it("tell at an address whether the workers are well, and nothing else", async () => {
    const ready = await fetch(`${workers.url}/health/ready`);
    expect(await ready.json()).toEqual({ status: "ready" });
    expect((await fetch(`${workers.url}/v1/session`)).status).toBe(404);
  });
});
