import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig, readSoundSettings, settings } from "../../adapters/config.ts";
import { parseModels } from "../../adapters/config/read-models.ts";
import { promptLimits } from "../../core/answering/prompt.ts";
import { root } from "../frame/repository.ts";
import { parsePbtxt } from "./pbtxt.ts";

const folder = `${root}deploy/gpu-machine/`;
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const text = read("deploy/gpu-machine/compose.yml");
const scalar = z.union([z.string(), z.number()]).transform(String);
const serviceSchema = z.looseObject({
  image: z.string(),
  user: z.string(),
  profiles: z.array(z.string()).default([]),
  restart: z.string(),
  environment: z.record(z.string(), scalar).default({}),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
});
const { services, networks } = z
  .looseObject({
    services: z.record(z.string(), serviceSchema),
    networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() }).nullable()),
  })
  .parse(parse(text, { merge: true }));
const all = Object.entries(services);
const lasting = all.filter(([, { restart }]) => restart !== "no");
const main = z
  .looseObject({ services: z.record(z.string(), z.looseObject({ environment: z.unknown().optional() })) })
  .parse(parse(read("docker-compose.yml"), { merge: true }));
const kinds = ["vllm", "triton", "ollama"] as const;

/** As Compose fills in `${NAME}`, `${NAME:-default}`, `${NAME:+instead}` and `${NAME:?why}`. */
const filled = (value: string, given: Readonly<Record<string, string>>): string =>
  value.replaceAll(/\$\{(\w+)(?::([-+?])([^}]*))?\}/g, (_all, name: string, sign?: string, word?: string) => {
    const found = given[name] ?? "";
    if (sign === "+") return found === "" ? "" : (word ?? "");
    if (found !== "") return found;
    if (sign === "-") return word ?? "";
    throw new Error(`${name} is not given`);
  });
const given = {
  EXPERT_VERSION: "1.0.0",
  REDIS_URL: "rediss://:redis-password@redis.example.com:6380",
  COMPOSE_PROFILES: "vllm",
  MODEL_SERVER_KEY: "a-key",
};
/** Not ours: Node's own, and the key that the files of models name. */
const foreign = ["NODE_EXTRA_CA_CERTS", "MODEL_SERVER_KEY"];

describe("deploy/gpu-machine/compose.yml", () => {
  it("starts our image with settings that the code reads", () => {
    const names = Object.keys(services["inference"]?.environment ?? {});
    expect(names.filter((name) => !foreign.includes(name)).filter((name) => !(name in settings))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(["ROLE", "REDIS_URL", "MODELS_FILE"]));
    expect(services["inference"]?.environment["ROLE"]).toBe("inference");
  });

  it.each(kinds)("is accepted by the code, with the models of %s and nothing else", (kind) => {
    const environment = Object.fromEntries(
      Object.entries(services["inference"]?.environment ?? {}).map(([name, value]) => [
        name,
        filled(value, { ...given, COMPOSE_PROFILES: kind }).replace(/^\/models\//, `${folder}models/`),
      ]),
    );
    const { config, faults } = readSoundSettings(environment, "/app");
    expect(faults).toEqual([]);
    expect([config.ROLE, config.REDIS_URL]).toEqual(["inference", given.REDIS_URL]);
    expect(config.MODELS?.tiers.fast).toHaveLength(1);
  });

  it("has no password of its own, and refuses to start without each", () => {
    for (const missing of Object.keys(given)) {
      const rest = { ...given, [missing]: "" };
      const whole = () =>
        all.flatMap(([, { image, environment, command }]) =>
          [image, ...Object.values(environment), ...[command ?? []].flat()].map((each) => filled(each, rest)),
        );
      expect(whole).toThrow(`${missing} is not given`);
    }
    expect(text).not.toMatch(/(PASSWORD|SECRET|KEYS?|TOKEN):-[^}]/);
  });

  it("publishes nothing, and shuts the model servers in with the worker", () => {
    expect(all.flatMap(([, { ports }]) => ports)).toEqual([]);
    expect(networks["models"]?.internal).toBe(true);
    for (const [name, { networks: of }] of lasting)
      expect([name, of]).toEqual([name, name === "inference" ? ["out", "models"] : ["models"]]);
  });

  it("runs nothing that lasts as root, drops every right, pins every image and asks each whether it is well", () => {
    for (const [name, { image, user, cap_drop: dropped, healthcheck }] of lasting) {
      expect([name, user]).not.toEqual([name, expect.stringMatching(/^(root|0)(:|$)/)]);
      expect([name, dropped]).toEqual([name, ["ALL"]]);
      expect([name, healthcheck?.test.length ?? 0]).not.toEqual([name, 0]);
      if (name !== "inference") expect(image).toMatch(/:v?\d+\.\d+[\w.-]*$/);
    }
  });

  it.each(kinds)("offers %s by a profile, with the file of its models beside it", (kind) => {
    const offered = all.filter(([, { profiles }]) => profiles.includes(kind)).map(([name]) => name);
    expect(offered).toContain(kind);
    const env = services["inference"]?.environment ?? {};
    const file = filled(env["MODELS_FILE"] ?? "", { ...given, COMPOSE_PROFILES: kind });
    const path = file.replace("/models/", `${folder}models/`);
    const { routes, faults } = parseModels(readFileSync(path, "utf8"), readConfig({}, "/nowhere"), (key) =>
      "env" in key ? (env[key.env] ?? "") : "",
    );
    expect(faults).toEqual([]);
    expect(routes?.tiers.fast.length).toBeGreaterThan(0);
    for (const { baseUrl } of routes?.servers ?? []) {
      const { hostname, port } = new URL(baseUrl);
      expect(offered).toContain(hostname);
      expect(services[hostname]?.networks).toContain("models");
      const asked = services[hostname]?.healthcheck?.test.join(" ") ?? "";
      if (kind !== "ollama") expect(asked).toContain(`127.0.0.1:${port}/`);
    }
  });

  it("has a file of models for each profile and no other", () => {
    expect(readdirSync(`${folder}models`).toSorted()).toEqual(kinds.map((kind) => `${kind}.yaml`).toSorted());
  });

  it("mounts what is there", () => {
    for (const [, { volumes }] of all)
      for (const volume of volumes) {
        const [source = ""] = filled(volume, given).split(":");
        if (source.startsWith("../"))
          expect([source, existsSync(`${folder}${source}`)]).toEqual([source, true]);
      }
  });

  it("names the models that the servers were started with", () => {
    const commandOf = (name: string): readonly string[] =>
      [services[name]?.command ?? []].flat().map((each) => filled(each, given));
    const modelsIn = (kind: string) => read(`deploy/gpu-machine/models/${kind}.yaml`);
    for (const name of ["vllm", "vllm-embedding"])
      expect(modelsIn("vllm")).toContain(`models: [${commandOf(name)[0] ?? "?"}]`);
    expect(modelsIn("triton")).toContain("models: [chat]");
    expect(existsSync(`${root}deploy/triton/models/chat/config.pbtxt`)).toBe(true);
    const { model } = z
      .looseObject({ model: z.string() })
      .parse(JSON.parse(read("deploy/triton/models/chat/1/model.json")));
    expect(commandOf("triton")).toContain(`--tokenizer=${model}`);
    expect(commandOf("weights")).toEqual([model, commandOf("vllm-embedding")[0]]);
    const most = /most_in_flight: (\d+)/.exec(modelsIn("ollama"))?.[1];
    expect(services["ollama"]?.environment["OLLAMA_NUM_PARALLEL"]).toBe(most);
  });
});

describe("deploy/triton", () => {
  it("is a model repository of the vLLM backend", () => {
    expect(parsePbtxt(read("deploy/triton/models/chat/config.pbtxt"))).toEqual({
      fields: {
        backend: ["vllm"],
        instance_group: [{ fields: { count: ["1"], kind: ["KIND_MODEL"] } }],
      },
    });
  });

  it("gives vLLM arguments that its engine has, with prefix caching", () => {
    const engine = JSON.parse(read("deploy/triton/models/chat/1/model.json")) as Record<string, unknown>;
    expect(Object.keys(engine)).toEqual([
      "model",
      "gpu_memory_utilization",
      "max_model_len",
      "enable_prefix_caching",
    ]);
    expect(engine["enable_prefix_caching"]).toBe(true);
  });

  it("says which Triton it is", () => {
    const tag = services["triton"]?.image.split(":")[1] ?? "?";
    expect(read("deploy/triton/README.md")).toContain(tag);
  });
});

describe("deploy/ollama", () => {
  it("is asked for as many answers at once as it gives, with room for the longest prompt", () => {
    const ollama = z
      .object({ environment: z.record(z.string(), z.string()) })
      .parse(main.services["ollama"]).environment;
    const env = read("deploy/ollama/compose.env");
    const atOnce = /^MODEL_CONCURRENCY=(\d+)$/m.exec(env)?.[1];
    expect(ollama["OLLAMA_NUM_PARALLEL"]).toBe(atOnce);
    expect(readSoundSettings({ MODEL_CONCURRENCY: atOnce ?? "" }, "/app").faults).toEqual([]);
    // English has about four characters to a token, Thai about two.
    expect(Number(ollama["OLLAMA_CONTEXT_LENGTH"])).toBeGreaterThan(promptLimits.allPassagesCharacters / 2);
  });
});

describe("a configuration of Triton", () => {
  it.each(["backend", 'backend: "vllm', "a: [1", "a { b: 1", "a: }", ": 1"])(
    "is refused where it is none: %s",
    (wrong) => {
      expect(() => parsePbtxt(wrong)).toThrow(SyntaxError);
    },
  );
});
