import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { silentLogger } from "../../core/logger.ts";
import type { ModelServer } from "../../tests/support/model-server.ts";
import { start, closeAll, finance, hr, callOf, gatewayOf, serverOf, ask } from "./model.fixture.ts";

jest.setTimeout(180_000);

describe("LoRA adapters of departments", () => {
  afterEach(closeAll);
  const lora = (most: number) => ({
    models: ["chat"],
    lora: { base: "chat", most, adapters: { "finance-7": "/adapters/finance", "hr-2": "/adapters/hr" } },
  });
  const open = async (most: number, loadable = ["finance-7", "hr-2"], logger = silentLogger) => {
    const server = await start({ vllm: { models: ["chat"], loadable }, loadMs: 30 });
    const gateway = gatewayOf(
      {
        servers: [serverOf("gpu", server.baseUrl, lora(most))],
        tiers: { fast: [{ server: "gpu", model: "chat" }] },
        departments: { "acme/finance": { adapter: "finance-7" }, "acme/hr": { adapter: "hr-2" } },
      },
      { logger },
    );
    return { server, gateway };
  };
  const models = (server: ModelServer) => server.chats.map(({ model }) => model);

  it("loads one once, however many ask at the same time, and leaves others to the base model", async () => {
    const { server, gateway } = await open(2);
    const asked = await Promise.all(Array.from({ length: 20 }, () => ask(gateway, "?", callOf(finance))));
    expect(asked.filter(({ error }) => error !== null)).toEqual([]);
    expect(server.adapterCalls).toEqual(["load finance-7"]);
    await ask(gateway);
    expect(models(server)).toEqual([...Array<string>(20).fill("finance-7"), "chat"]);
  });

  it("unloads the one that was used least recently, and none that is in use", async () => {
    const { server, gateway } = await open(1);
    server.script({ kind: "text", pieces: ["slow"], thinkMs: 200 });
    const [slow, next] = [ask(gateway, "?", callOf(finance)), ask(gateway, "?", callOf(hr))];
    await slow;
    await next;
    expect(server.adapterCalls).toEqual(["load finance-7", "unload finance-7", "load hr-2"]);
    expect(models(server)).toEqual(["finance-7", "hr-2"]);
  });

  it("loads one again that the server has forgotten", async () => {
    const { server, gateway } = await open(2);
    await ask(gateway, "?", callOf(hr));
    server.forgetAdapters();
    expect((await ask(gateway, "?", callOf(hr))).error).toBeNull();
    expect(server.adapterCalls).toEqual(["load hr-2", "load hr-2"]);
  });

  it("answers by the base model where one cannot be loaded, and does not try each time", async () => {
    const { server, gateway } = await open(2, []);
    for (let turn = 0; turn < 3; turn += 1) expect((await ask(gateway, "?", callOf(hr))).error).toBeNull();
    expect(server.adapterCalls).toEqual(["load hr-2"]);
    expect(models(server)).toEqual(["chat", "chat", "chat"]);
  });

  it("takes one that another process has loaded as loaded", async () => {
    const { server, gateway } = await open(2);
    await ask(gateway, "?", callOf(hr));
    const other = gatewayOf({
      servers: [serverOf("gpu", server.baseUrl, lora(2))],
      tiers: { fast: [{ server: "gpu", model: "chat" }] },
      departments: { "acme/hr": { adapter: "hr-2" } },
    });
    await ask(other, "?", callOf(hr));
    expect(server.adapterCalls).toEqual(["load hr-2", "load hr-2"]);
    expect(models(server)).toEqual(["hr-2", "hr-2"]);
  });
});
