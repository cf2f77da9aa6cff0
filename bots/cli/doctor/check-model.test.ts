import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readSoundSettings } from "../../../adapters/config.ts";
import { connectModel } from "../../../adapters/connect/model.ts";
import { diagnose } from "../../../adapters/connect/diagnose.ts";
import { systemClock } from "../../../core/clock.ts";
import { silentLogger } from "../../../core/logger.ts";
import { type ModelServer, startModelServer } from "../../../tests/support/model-server.ts";
import { picturesOfRequest } from "../../../tests/support/openai-requests.ts";
import { modelChecks } from "./check-model.ts";
import { type CheckResult, runChecks } from "./run-checks.ts";

describe("doctor's look at several model servers", () => {
  let folder: string;
  let server: ModelServer;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "expert-doctor-"));
    server = await startModelServer({ vllm: { models: ["chat"], loadable: [] } });
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = () => {
    const file = {
      servers: [
        // Nothing listens at so low a port.
        { name: "first", base_url: "http://127.0.0.1:1/v1", models: ["chat"] },
        { name: "second", base_url: server.baseUrl, models: ["chat"], most_in_flight: 7 },
        { name: "third", base_url: server.baseUrl, models: ["chat", "bigger"] },
      ],
      tiers: { fast: ["first", "second"].map((name) => ({ server: name, model: "chat" })) },
    };
    writeFileSync(join(folder, "models.yaml"), JSON.stringify(file));
    return readSoundSettings({ MODELS_FILE: "models.yaml", DATA_DIR: folder }, folder);
  };

  const examine = async ({ config, faults }: ReturnType<typeof settings>) => {
    const diagnosis = diagnose(config);
    const results: CheckResult[] = [];
    const checks = modelChecks(config).filter(({ name }) => name !== "stored embeddings");
    for await (const result of runChecks(checks, { config, faults, diagnosis })) results.push(result);
    await diagnosis.close();
    return new Map(results.map((result) => [result.name, result]));
  };

  it("tells of each its models, its place and its breaker", async () => {
    const given = settings();
    const found = await examine(given);
    expect([...found.keys()]).toEqual([
      "model server first",
      "model server second",
      "model server third",
      "embeddings",
      "pictures",
    ]);
    expect(found.get("model server first")).toMatchObject({ status: "fail" });
    expect(found.get("model server first")?.remedy).toMatch(/base_url of first/);
    expect(found.get("model server second")).toMatchObject({
      status: "ok",
      detail: expect.stringMatching(/has chat: number 2 for fast; 7 requests at once.*breaker closed/),
    });
    expect(found.get("model server third")).toMatchObject({
      status: "fail",
      detail: "has no model bigger",
      remedy: expect.stringMatching(/it has: chat/),
    });
    expect(found.get("embeddings")).toMatchObject({ status: "ok" });
    expect(found.get("pictures")).toMatchObject({
      status: "ok",
      detail: "no model that sees is configured: pictures are kept, and not looked at",
    });
  });

  it("shows the model that sees a picture, and says where it takes none", async () => {
    const look = async () => {
      const given = { MODEL_BASE_URL: server.baseUrl, MODEL_NAME: "chat", VISION_MODEL: "chat" };
      return await examine(readSoundSettings({ ...given, DATA_DIR: folder }, folder));
    };
    expect((await look()).get("pictures")).toMatchObject({ status: "ok", detail: "chat looks at pictures" });
    expect(server.chats.flatMap(picturesOfRequest)).toEqual([
      expect.stringMatching(/^data:image\/png;base64,iVBORw0KGgo/),
    ]);
    server.script({ kind: "error", status: 400 });
    expect((await look()).get("pictures")).toMatchObject({
      status: "fail",
      detail: expect.stringMatching(/takes no pictures for chat/),
      remedy: expect.stringMatching(/Name a model that sees/),
    });
    expect(server.violations).toEqual([]);
  });

  it("tells of a breaker that a running process has opened", async () => {
    const given = settings();
    const gateway = connectModel(given.config, systemClock, silentLogger, async () => null);
    server.script(...Array.from({ length: 5 }, () => ({ kind: "error", status: 500 }) as const));
    const ask = async () => {
      const messages = [{ role: "user" as const, content: "?" }];
      for await (const event of gateway?.generate({ messages, maxTokens: 1, temperature: 0 }) ?? [])
        if (event.kind === "done") return;
    };
    for (let turn = 0; turn < 2; turn += 1) await ask().catch(() => undefined);
    expect((await examine(given)).get("model server second")).toMatchObject({
      status: "warn",
      detail: expect.stringMatching(/breaker open in a running process since \d{4}-/),
    });
  });

  it("asks no server in the place of bots and workers, which need not reach one", async () => {
    const shared = { DATABASE_URL: "postgres://expert@127.0.0.1:1/expert", REDIS_URL: "redis://127.0.0.1:1" };
    const given = { ...shared, ROLE: "workers", MODEL_BASE_URL: server.baseUrl, MODEL_NAME: "missing" };
    const found = await examine(readSoundSettings({ ...given, DATA_DIR: folder }, folder));
    expect([...found.keys()]).toEqual(["model servers"]);
    expect(found.get("model servers")).toMatchObject({ status: "ok" });
  });
});
