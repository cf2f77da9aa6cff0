import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { stringify } from "yaml";
import { readConfig, readSoundSettings } from "../config.ts";

const server = { name: "gpu", base_url: "http://gpu:8000/v1", models: ["chat", "vectors"] };
const sound = {
  servers: [server],
  tiers: { fast: [{ server: "gpu", model: "chat" }], embed: [{ server: "gpu", model: "vectors" }] },
};

describe("MODELS_FILE", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "expert-models-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (content: unknown): string => {
    writeFileSync(
      join(folder, "models.yaml"),
      typeof content === "string" ? content : stringify(content, { aliasDuplicateObjects: false }),
    );
    return "models.yaml";
  };
  const read = (content: unknown, more: Record<string, string> = {}) =>
    readSoundSettings({ MODELS_FILE: write(content), ...more }, folder);
  const faultsOf = (content: unknown, more?: Record<string, string>) =>
    read(content, more).faults.map(({ fault }) => fault);

  it("is filled up from the settings that a single server has", () => {
    const { MODELS } = readConfig(
      { MODELS_FILE: write(sound), MODEL_CONCURRENCY: "7", MODEL_FIRST_TOKEN_TIMEOUT_MS: "900" },
      folder,
    );
    expect(MODELS?.servers).toEqual([
      {
        name: "gpu",
        kind: "openai",
        baseUrl: "http://gpu:8000/v1",
        apiKey: null,
        apiVersion: null,
        models: { chat: "chat", vectors: "vectors" },
        mostInFlight: 7,
        timeouts: { connectMs: 5_000, firstTokenMs: 900, betweenTokensMs: 15_000 },
        lora: null,
        fromFile: true,
      },
    ]);
    expect(MODELS?.tiers.fast).toEqual([{ servers: ["gpu"], model: "chat" }]);
  });

  it("has a model that sees where one is named, beside one that answers without pictures", () => {
    const vision = [{ server: "gpu", model: "chat" }];
    const { config, faults } = read({ ...sound, tiers: { ...sound.tiers, vision } });
    expect(faults).toEqual([]);
    expect(config.MODELS?.tiers.vision).toEqual([{ servers: ["gpu"], model: "chat" }]);
    expect(read(sound).config.MODELS?.tiers.vision).toEqual([]);
    expect(faultsOf({ ...sound, tiers: { vision } })).toContainEqual(
      expect.stringMatching(/tiers\.fast: is needed beside vision/),
    );
    const one = { MODEL_BASE_URL: "http://gpu:8000/v1", EMBEDDING_MODEL: "vectors" };
    const given = readConfig({ ...one, MODEL_NAME: "chat", VISION_MODEL: "eyes" }, folder).MODELS;
    expect(given?.tiers.vision).toEqual([{ servers: ["gpu:8000"], model: "eyes" }]);
    expect(given?.servers[0]?.models).toEqual({ chat: "chat", vectors: "vectors", eyes: "eyes" });
    expect(() => readConfig({ ...one, VISION_MODEL: "eyes" }, folder)).toThrow(
      /VISION_MODEL: needs MODEL_NAME/,
    );
  });

  it("has what companies count for, none of whose weights is beyond its bounds", () => {
    expect(read(sound).config.MODELS?.weights).toEqual({});
    expect(read({ ...sound, weights: { acme: 3, "globex-2": 0.5 } }).config.MODELS?.weights).toEqual({
      acme: 3,
      "globex-2": 0.5,
    });
    const faults = faultsOf({ ...sound, weights: { acme: 0, globex: 101, "Umbra Ltd": 2 } });
    expect(faults).toHaveLength(3);
    for (const expected of [/weights\.acme: from 0\.1/, /weights\.globex: from 0\.1/, /weights\.Umbra Ltd/])
      expect(faults).toContainEqual(expect.stringMatching(expected));
  });

  it("takes keys from the environment or from files beside it", () => {
    writeFileSync(join(folder, "key"), "sk-of-file\n");
    const servers = [
      { ...server, key: { env: "GPU_KEY" } },
      { ...server, name: "other", key: { file: "key" } },
    ];
    const { config, faults } = read({ ...sound, servers }, { GPU_KEY: "sk-of-environment" });
    expect(faults).toEqual([]);
    expect(config.MODELS?.servers.map(({ apiKey }) => apiKey)).toEqual(["sk-of-environment", "sk-of-file"]);
  });

  it("names every fault at once, and no key", () => {
    const given = {
      servers: [
        { ...server, key: { env: "ABSENT" }, lora: { base: "else", adapters: { one: "/one" } } },
        { ...server, key: { file: "nowhere" } },
        { name: "north", kind: "azure", base_url: "https://north.example.com", models: { chat: "ours" } },
      ],
      tiers: {
        heavy: [{ server: "gpu", model: "missing" }],
        embed: [
          { server: "gone", model: "vectors" },
          { servers: ["gpu", "north"], model: "chat" },
        ],
      },
      departments: { "acme/hr": { adapter: "two" } },
    };
    const faults = faultsOf(given, { MODEL_NAME: "left-over" });
    for (const expected of [
      /leave out MODEL_NAME/,
      /servers\.0\.key: ABSENT is not set/,
      /servers\.0\.lora\.base: else is none/,
      /servers\.1\.name: gpu stands there twice/,
      /servers\.1\.key: the file .*nowhere cannot be read/,
      /servers\.2: azure needs api_version/,
      /servers\.2: azure needs a key/,
      /tiers\.heavy\.0: gpu has no model missing/,
      /tiers\.fast: is needed beside heavy/,
      /tiers\.embed\.0: there is no server gone/,
      /tiers\.embed: must be one model/,
      /departments\.acme\/hr\.adapter: no server has the adapter two/,
    ])
      expect(faults).toContainEqual(expect.stringMatching(expected));
    expect(faults).toHaveLength(12);
    expect(() => readConfig({ MODELS_FILE: "models.yaml" }, folder)).toThrow(/MODELS_FILE: servers\.0/);
  });

  it.each([
    [
      "a key as it is",
      { ...sound, servers: [{ ...server, key: "sk-very-secret" }] },
      /servers\.0\.key: must be/,
    ],
    [
      "a password in an address",
      { ...sound, servers: [{ ...server, base_url: "http://a:sk-very-secret@gpu/v1" }] },
      /servers\.0\.base_url: an address without/,
    ],
    ["an unknown member", { ...sound, colour: "sk-very-secret" }, /colour/],
    ["no YAML", "servers: [\n  sk-very-secret", /is no YAML: see line/],
    [
      "a chain without a server",
      { ...sound, tiers: { fast: [{ model: "chat" }] } },
      /tiers\.fast\.0: must have/,
    ],
    ["nothing", "", /MODELS_FILE: /],
  ])("refuses %s without repeating it", (_what, content, expected) => {
    const faults = faultsOf(content);
    expect(faults.join("\n")).toMatch(expected);
    expect(faults.join("\n")).not.toContain("sk-very-secret");
    expect(read(content).config.MODELS).toBeNull();
  });

  it("says that it is not there", () => {
    const { faults } = readSoundSettings({ MODELS_FILE: "nowhere.yaml" }, folder);
    expect(faults).toMatchObject([
      { setting: "MODELS_FILE", fault: expect.stringMatching(/cannot be read/) },
    ]);
  });
});

describe("the settings of one server", () => {
  it("are one server with one model for each purpose", () => {
    const { MODELS } = readConfig(
      { MODEL_BASE_URL: "http://localhost:11434/v1", MODEL_NAME: "chat", MODEL_API_KEY: "a-key" },
      "/nowhere",
    );
    expect(MODELS).toMatchObject({
      servers: [{ name: "localhost:11434", apiKey: "a-key", models: { chat: "chat" }, fromFile: false }],
      tiers: { fast: [{ servers: ["localhost:11434"], model: "chat" }], heavy: [], vision: [], embed: [] },
    });
    expect(readConfig({}, "/nowhere").MODELS).toBeNull();
  });
});
