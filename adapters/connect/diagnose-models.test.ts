import { afterEach, describe, expect, it } from "@jest/globals";
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from "../../tests/support/model-server.ts";
import { readConfig } from "../config.ts";
import { parseModels } from "../config/read-models.ts";
import { embeddingDimension, lookAtModelServer } from "./diagnose-models.ts";

describe("a look at the model servers", () => {
  const started: ModelServer[] = [];
  afterEach(async () => {
    const servers = started.splice(0);
    await Promise.all(servers.map((server) => server.close()));
    expect(servers.flatMap(({ violations }) => violations)).toEqual([]);
  });
  const start = async (options: ModelServerOptions): Promise<ModelServer> => {
    const server = await startModelServer(options);
    started.push(server);
    return server;
  };
  const routesOf = (servers: readonly object[], embed: readonly string[]) => {
    const config = readConfig({}, "/nowhere");
    const tiers = {
      fast: [{ server: "a", model: "chat" }],
      embed: embed.map((server) => ({ server, model: "vectors" })),
    };
    const { routes, faults } = parseModels(JSON.stringify({ servers, tiers }), config, () => "a-key");
    expect(faults).toEqual([]);
    if (!routes?.servers[0]) throw new Error("no server");
    return { routes, first: routes.servers[0] };
  };
  const models = ["chat", "vectors"];

  it("tells which models a server has, and which not", async () => {
    const server = await start({ vllm: { models: ["chat:latest"], loadable: [] } });
    const { routes, first } = routesOf([{ name: "a", base_url: server.baseUrl, models }], ["a"]);
    expect(await lookAtModelServer(routes, first)).toEqual({
      has: ["chat"],
      missing: ["vectors"],
      listed: ["chat:latest"],
    });
  });

  it("asks each deployment of Azure for one token or one vector", async () => {
    const server = await start({ apiKey: "a-key", azureVersion: "2024-10-21" });
    const azure = {
      name: "a",
      kind: "azure",
      base_url: server.baseUrl,
      api_version: "2024-10-21",
      key: { env: "X" },
      models: { chat: "our-chat", vectors: "our-vectors" },
    };
    const { routes, first } = routesOf([azure], ["a"]);
    expect(await lookAtModelServer(routes, first)).toMatchObject({
      has: ["our-chat", "our-vectors"],
      missing: [],
    });
    expect(server.chats).toMatchObject([{ model: "our-chat", max_tokens: 1 }]);
    server.script({ kind: "error", status: 404, code: "DeploymentNotFound" });
    expect(await lookAtModelServer(routes, first)).toMatchObject({ missing: ["our-chat"] });
  });

  it("finds servers that do not embed alike", async () => {
    const [a, b] = [await start({ dimension: 8 }), await start({ dimension: 16 })];
    const servers = [
      { name: "a", base_url: a.baseUrl, models },
      { name: "b", base_url: b.baseUrl, models },
    ];
    expect(await embeddingDimension(routesOf(servers, ["a"]).routes)).toBe(8);
    await expect(embeddingDimension(routesOf(servers, ["a", "b"]).routes)).rejects.toMatchObject({
      message: expect.stringMatching(/a gives 8 numbers, b gives 16 numbers/),
    });
  });
});
