import { expect, it, jest } from "@jest/globals";
import { newId, type TenantId } from "../../core/ids.ts";
import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { startModelServer } from "../../tests/support/model-server.ts";
import { readConfig } from "../config.ts";
import { parseModels } from "../config/read-models.ts";
import { connectModel } from "./model.ts";
import { createTenantWeights } from "./tenant-weights.ts";

const [acme, globex] = [newId<TenantId>(), newId<TenantId>()];
const read = () => new Promise(setImmediate);

it("are those of the companies' short names, 1 of each other, and of one that was made since once it was read", async () => {
  const tenants = [{ id: acme, slug: "acme" }];
  let away = false;
  let reads = 0;
  const database = {
    tenants: async () => {
      reads += 1;
      if (away) throw new Error("away");
      return [...tenants];
    },
  };
  const weightOf = createTenantWeights(database, { acme: 3, globex: 0.5 }, silentLogger);
  await read();
  expect([weightOf(acme), weightOf(globex), weightOf("" as TenantId)]).toEqual([3, 1, 1]);
  tenants.push({ id: globex, slug: "globex" });
  const now = jest.spyOn(performance, "now").mockReturnValue(performance.now() + 2_000);
  try {
    weightOf(globex);
    weightOf(globex);
    await read();
    expect([weightOf(acme), weightOf(globex), reads]).toEqual([3, 0.5, 2]);
    away = true;
    now.mockReturnValue(performance.now() + 120_000);
    weightOf(acme);
    await read();
    expect([weightOf(acme), reads]).toEqual([3, 3]);
  } finally {
    now.mockRestore();
  }
});

it("ask nobody where all weigh the same", () => {
  const database = { tenants: () => Promise.reject(new Error("not to be read")) };
  expect(createTenantWeights(database, {}, silentLogger)(acme)).toBe(1);
});

it("give a company of more weight more of a server for which others wait too", async () => {
  const server = await startModelServer({ betweenMs: 1 });
  const gpu = { name: "gpu", base_url: server.baseUrl, models: ["chat"], most_in_flight: 1 };
  const file = { servers: [gpu], tiers: { fast: [{ server: "gpu", model: "chat" }] } };
  const { routes: MODELS } = parseModels(JSON.stringify(file), readConfig({}, "/nowhere"), () => "");
  const config = { MODELS, MODEL_WAIT_LIMIT_MS: 60_000, DATA_DIR: "/nowhere" };
  const gateway = connectModel(config, systemClock, silentLogger, async () => null, {
    tenantWeight: (tenant) => (tenant === acme ? 3 : 1),
  });
  const ask = async (tenantId: TenantId, content: string): Promise<void> => {
    const call = { tenantId, userId: null, departmentId: null, urgency: "interactive" } as const;
    const messages = [{ role: "user" as const, content }];
    for await (const event of gateway?.generate({ messages, maxTokens: 9, temperature: 0, call }) ?? [])
      if (event.kind === "done") return;
  };
  // The first call loads the vendor's client, for seconds where the disk is cold; the order is reckoned after it.
  await ask(globex, "the first");
  const before = server.chats.length;
  await Promise.all(Array.from({ length: 9 }, () => [ask(acme, "of acme's"), ask(globex, "else's")]).flat());
  const order = server.chats.slice(before).map(({ messages }) => JSON.stringify(messages));
  expect(order.slice(0, 12).filter((messages) => messages.includes("of acme's"))).toHaveLength(9);
  await server.close();
});
