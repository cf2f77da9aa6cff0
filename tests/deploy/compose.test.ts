import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { pictureLimits } from "../../core/conversation/picture-limits.ts";
import { readSoundSettings, type SettingName, settings } from "../../adapters/config.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const serviceSchema = z.looseObject({
  image: z.string(),
  build: z.looseObject({ dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  ports: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  restart: z.string(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const text = read("docker-compose.yml");
const { services } = z
  .looseObject({ services: z.record(z.string(), serviceSchema) })
  .parse(parse(text, { merge: true }));
const all = Object.entries(services);
const ours = all.filter(([, { build }]) => build !== undefined);

/** As Compose fills in `${NAME}`, `${NAME:-default}` and `${NAME:?why}`. */
const filled = (value: string, given: Readonly<Record<string, string>>): string =>
  value.replaceAll(/\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g, (_all, name: string, otherwise?: string) => {
    const found = given[name] ?? otherwise;
    if (found === undefined) throw new Error(`${name} is not given`);
    return found;
  });

const secrets: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: "owner-password",
  EXPERT_DATABASE_PASSWORD: "login-password",
  REDIS_PASSWORD: "redis-password",
  SESSION_SECRET: "0123456789abcdef0123456789abcdef",
  ENCRYPTION_KEYS: `key-1:${Buffer.alloc(32, 1).toString("base64")}`,
};
const withModel = { ...secrets, MODEL_BASE_URL: "http://models.example/v1", MODEL_NAME: "chat" };
const environmentOf = (name: string, given = secrets): Record<string, string> =>
  Object.fromEntries(
    Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, filled(value, given)]),
  );

describe("docker-compose.yml", () => {
  it("starts our image in its roles, with settings that the code reads and accepts", () => {
    expect(ours.map(([name]) => name)).toEqual(["bots", "workers", "inference", "migration", "admin"]);
    for (const [name, { environment }] of ours) {
      for (const setting of Object.keys(environment)) expect(Object.keys(settings)).toContain(setting);
      const { faults } = readSoundSettings(environmentOf(name, withModel), "/app");
      expect(faults).toEqual([]);
    }
    for (const role of ["bots", "workers", "inference"] as const)
      expect(readSoundSettings(environmentOf(role, withModel), "/app").config.ROLE).toBe(role);
  });

  it("hands every setting on that a company may have to change there", () => {
    const fixed: readonly SettingName[] = [
      // The image's own, and those of one process that holds everything.
      ...(["HOST", "PORT", "DATA_DIR", "LOG_FORMAT", "EMBEDDED_DATABASE_PORT"] as const),
      ...(["DEMO_COMPANY", "LOCAL_ACCOUNTS"] as const),
      // The migration's alone.
      "DATABASE_OWNER_URL",
      // Addresses of the vendors, which only tests and other regions change.
      ...(Object.keys(settings) as SettingName[]).filter((name) =>
        /_(API|LOGIN|GRAPH|OPENID)\w*_URL$|_TOKEN_ISSUER$/.test(name),
      ),
    ];
    const given = new Set([...Object.keys(services["bots"]?.environment ?? {}), ...fixed]);
    expect((Object.keys(settings) as SettingName[]).filter((name) => !given.has(name))).toEqual([]);
    expect(services["workers"]?.environment).toEqual({ ...services["bots"]?.environment, ROLE: "workers" });
  });

  it("tells the inference worker of Redis and the models alone, and starts it beside each model server", () => {
    const { environment = {}, profiles, depends_on: needs = {} } = services["inference"] ?? {};
    const models = Object.keys(services["bots"]?.environment ?? {}).filter((name) =>
      /^(MODEL|VISION|EMBEDDING)S?_/.test(name),
    );
    expect(Object.keys(environment).toSorted()).toEqual(
      ["REDIS_URL", "LOG_LEVEL", "ROLE", ...models].toSorted(),
    );
    expect(profiles).toEqual(["development", "production", "models"]);
    for (const needed of Object.keys(needs).filter((name) => name !== "redis"))
      expect(profiles).toEqual(expect.arrayContaining(services[needed]?.profiles ?? ["nowhere"]));
    expect(filled(environment["REDIS_URL"] ?? "", secrets)).toContain(secrets["REDIS_PASSWORD"]);
  });

  it("has no password of its own, and refuses to start without each", () => {
    for (const missing of Object.keys(secrets)) {
      const rest = Object.fromEntries(Object.entries(secrets).filter(([name]) => name !== missing));
      const whole = () => all.map(([name]) => environmentOf(name, rest));
      expect(whole).toThrow(`${missing} is not given`);
    }
    expect(text).not.toMatch(/(PASSWORD|SECRET|KEYS?|TOKEN):-[^}]/);
  });

  it("pins every image, and says of each service that lasts whether it is well", () => {
    for (const [name, { image, restart, healthcheck, build }] of all) {
      if (!build) expect(image).toMatch(/:[a-z-]*v?\d+\.\d+[\w.-]*$/);
      if (restart !== "no") expect([name, healthcheck?.test.length ?? 0]).not.toEqual([name, 0]);
    }
  });

  it("starts what others need first, and waits until it is well", () => {
    for (const [, { depends_on: needs }] of all)
      for (const [needed, { condition }] of Object.entries(needs)) {
        const { restart, healthcheck } = services[needed] ?? {};
        if (condition === "service_healthy") expect(healthcheck).toBeDefined();
        else expect([condition, restart]).toEqual(["service_completed_successfully", "no"]);
      }
    expect(Object.keys(services["bots"]?.depends_on ?? {})).toEqual(["migration", "redis"]);
  });

  it("publishes the bots alone, on this machine alone", () => {
    const published = all.flatMap(([name, { ports }]) => ports.map((port) => [name, filled(port, {})]));
    expect(published).toEqual([["bots", "127.0.0.1:3978:3978"]]);
  });

  it.each(["ollama", "vllm"])("finds the model of deploy/%s under a service of its profile", (folder) => {
    const lines = read(`deploy/${folder}/compose.env`).split("\n");
    const given = Object.fromEntries(
      lines.flatMap((line) =>
        /^\w+=/.test(line) ? [[line.split("=")[0] ?? "", line.replace(/^\w+=/, "")]] : [],
      ),
    ) as Record<string, string>;
    const { hostname, port } = new URL(given["MODEL_BASE_URL"] ?? "");
    const profile = /--profile (\w+)/.exec(lines[0] ?? "")?.[1];
    expect(services[hostname]?.profiles).toEqual([profile]);
    expect(["11434", "4000"]).toContain(port);
    const { config, faults } = readSoundSettings(environmentOf("workers", { ...secrets, ...given }), "/app");
    expect(faults).toEqual([]);
    expect(config.MODEL_NAME).toBe(given["MODEL_NAME"]);
  });

  it("starts a model that takes as many pictures as one question has, where it is asked for", () => {
    const { profiles, command } = services["vllm-vision"] ?? {};
    expect(profiles).toEqual(["vision"]);
    expect(command).toContain(`--limit-mm-per-prompt={"image": ${String(pictureLimits.pictures)}}`);
    const given = { ...withModel, VISION_MODEL: "vision" };
    const { config, faults } = readSoundSettings(environmentOf("workers", given), "/app");
    expect(faults).toEqual([]);
    expect(config.MODELS?.tiers.vision).toEqual([{ servers: ["models.example"], model: "vision" }]);
  });

  it("names the models of the proxy as its clients ask for them", () => {
    const proxy = z
      .looseObject({
        model_list: z.array(
          z.object({ model_name: z.string(), litellm_params: z.looseObject({ api_base: z.url() }) }),
        ),
      })
      .parse(parse(read("deploy/litellm/config.yaml")));
    expect(proxy.model_list.map(({ model_name }) => model_name)).toEqual(["chat", "embedding", "vision"]);
    for (const { litellm_params } of proxy.model_list)
      expect(Object.keys(services)).toContain(new URL(litellm_params.api_base).hostname);
  });
});

describe("deploy/Dockerfile", () => {
  const dockerfile = read("deploy/Dockerfile");

  it("builds in stages on one pinned Node that the product runs on, and runs as nobody in particular", () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(bases).toHaveLength(3);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:20\.(19|[2-9]\d)\.\d+-bookworm-slim$/);
    expect(dockerfile).toMatch(/\nUSER node\n/);
    expect(dockerfile.indexOf("USER node")).toBeLessThan(dockerfile.indexOf("CMD"));
  });

  it("listens where the compose file looks for it", () => {
    const port = /PORT=(\d+)/.exec(dockerfile)?.[1];
    expect(dockerfile).toContain(`EXPOSE ${port ?? ""}`);
    expect(services["bots"]?.healthcheck?.test.join(" ")).toContain(`127.0.0.1:${port ?? ""}/`);
  });

  it("copies what is there", () => {
    for (const [, sources] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
      for (const source of (sources ?? "").split(" "))
        expect([source, existsSync(source)]).toEqual([source, true]);
  });
});
