import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import type { ModelRoutes, ModelServerSettings } from "../../core/inference/routing/model-routes.ts";
import {
  modelsFile,
  modelsFileContradictions,
  modelsOf,
  type ModelsFile,
  serversOf,
  type Step,
} from "./models-file.ts";

/** The settings that model servers of the environment and of the file share. */
export interface ModelValues {
  readonly MODELS_FILE: string | undefined;
  readonly MODEL_BASE_URL: string | undefined;
  readonly MODEL_API_KEY: string | undefined;
  readonly MODEL_NAME: string | undefined;
  readonly EMBEDDING_MODEL: string | undefined;
  readonly VISION_MODEL: string | undefined;
  readonly MODEL_CONCURRENCY: number;
  readonly MODEL_FIRST_TOKEN_TIMEOUT_MS: number;
  readonly MODEL_BETWEEN_TOKENS_TIMEOUT_MS: number;
}

interface ReadModels {
  /** Null where none is configured, or something is at fault. */
  readonly routes: ModelRoutes | null;
  /** Each in words; none holds a key. */
  readonly faults: readonly string[];
}

const connectMs = 5_000;

/** The model servers: those of the file MODELS_FILE, or the one of MODEL_BASE_URL. */
export function readModels(
  values: ModelValues,
  environment: Readonly<Record<string, string | undefined>>,
  workingFolder: string,
): ReadModels {
  if (values.MODELS_FILE === undefined) return { routes: routesOfOne(values), faults: [] };
  const path = resolve(workingFolder, values.MODELS_FILE);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return { routes: null, faults: [`the file ${path} cannot be read`] };
  }
  return parseModels(text, values, (key) => readKey(key, environment, dirname(path)));
}

type Key = NonNullable<ModelsFile["servers"][number]["key"]>;

function readKey(
  key: Key,
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): string {
  if ("env" in key) {
    const value = environment[key.env];
    if (value === undefined || value === "") throw new Error(`${key.env} is not set in the environment`);
    return value;
  }
  const file = resolve(folder, key.file);
  let value: string;
  try {
    value = readFileSync(file, "utf8").trim();
  } catch {
    throw new Error(`the file ${file} cannot be read`);
  }
  if (value === "") throw new Error(`the file ${file} is empty`);
  return value;
}

/** Every fault of the text at once. */
export function parseModels(text: string, values: ModelValues, keyOf: (key: Key) => string): ReadModels {
  let given: unknown;
  try {
    given = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const line = (error as { linePos?: readonly { line: number }[] }).linePos?.[0]?.line;
    return { routes: null, faults: [`is no YAML${line === undefined ? "" : `: see line ${String(line)}`}`] };
  }
  const parsed = modelsFile.safeParse(given);
  if (!parsed.success)
    return {
      routes: null,
      faults: parsed.error.issues.map(({ path, message }) =>
        path.length === 0 ? message : `${path.join(".")}: ${message}`,
      ),
    };
  const faults = [...modelsFileContradictions(parsed.data)];
  const servers = parsed.data.servers.map((server, index) => {
    try {
      return serverOf(server, values, server.key ? keyOf(server.key) : null);
    } catch (error) {
      faults.push(`servers.${String(index)}.key: ${(error as Error).message}`);
      return serverOf(server, values, null);
    }
  });
  return { routes: faults.length > 0 ? null : routesOf(parsed.data, servers), faults };
}

function serverOf(
  server: ModelsFile["servers"][number],
  values: ModelValues,
  apiKey: string | null,
): ModelServerSettings {
  const { timeouts } = server;
  return {
    name: server.name,
    kind: server.kind,
    baseUrl: server.base_url,
    apiKey,
    apiVersion: server.api_version ?? null,
    models: modelsOf(server),
    mostInFlight: server.most_in_flight ?? values.MODEL_CONCURRENCY,
    timeouts: {
      connectMs: timeouts.connect_ms ?? connectMs,
      firstTokenMs: timeouts.first_token_ms ?? values.MODEL_FIRST_TOKEN_TIMEOUT_MS,
      betweenTokensMs: timeouts.between_tokens_ms ?? values.MODEL_BETWEEN_TOKENS_TIMEOUT_MS,
    },
    lora: server.lora ?? null,
    fromFile: true,
  };
}

function routesOf(file: ModelsFile, servers: readonly ModelServerSettings[]): ModelRoutes {
  const chainOf = (steps: readonly Step[]) =>
    steps.map((step) => ({ servers: serversOf(step), model: step.model }));
  const { fast, heavy, vision, embed } = file.tiers;
  return {
    servers,
    tiers: {
      fast: chainOf(fast),
      heavy: chainOf(heavy),
      vision: chainOf(vision),
      embed: chainOf(embed),
    },
    heavyAboveTokens: file.heavy_above_tokens ?? null,
    departments: Object.entries(file.departments).map(([department, { tier, adapter }]) => ({
      department,
      tier: tier ?? null,
      adapter: adapter ?? null,
    })),
    weights: file.weights,
  };
}

/** One server with a model for each purpose. */
function routesOfOne(values: ModelValues): ModelRoutes | null {
  const { MODEL_BASE_URL: baseUrl, MODEL_NAME: chat, EMBEDDING_MODEL: embedding } = values;
  const { VISION_MODEL: vision } = values;
  if (baseUrl === undefined) return null;
  const name = new URL(baseUrl).host;
  const models = [chat, embedding, vision].filter((model) => model !== undefined);
  const chainOf = (model: string | undefined) => (model === undefined ? [] : [{ servers: [name], model }]);
  return {
    servers: [
      {
        name,
        kind: "openai",
        baseUrl,
        apiKey: values.MODEL_API_KEY ?? null,
        apiVersion: null,
        models: Object.fromEntries(models.map((model) => [model, model])),
        mostInFlight: values.MODEL_CONCURRENCY,
        timeouts: {
          connectMs,
          firstTokenMs: values.MODEL_FIRST_TOKEN_TIMEOUT_MS,
          betweenTokensMs: values.MODEL_BETWEEN_TOKENS_TIMEOUT_MS,
        },
        lora: null,
        fromFile: false,
      },
    ],
    tiers: { fast: chainOf(chat), heavy: [], vision: chainOf(vision), embed: chainOf(embedding) },
    heavyAboveTokens: null,
    departments: [],
    weights: {},
  };
}

/** What stands in the way of MODELS_FILE. */
export function* modelContradictions(
  values: ModelValues,
): Generator<
  readonly ["MODELS_FILE" | "MODEL_BASE_URL" | "MODEL_NAME" | "EMBEDDING_MODEL" | "VISION_MODEL", string]
> {
  if (values.MODELS_FILE !== undefined) {
    const others = (
      ["MODEL_BASE_URL", "MODEL_API_KEY", "MODEL_NAME", "EMBEDDING_MODEL", "VISION_MODEL"] as const
    ).filter((name) => values[name] !== undefined);
    if (others.length > 0)
      yield ["MODELS_FILE", `holds every server and model: leave out ${others.join(", ")}`];
    return;
  }
  if (values.VISION_MODEL !== undefined && values.MODEL_NAME === undefined)
    yield ["VISION_MODEL", "needs MODEL_NAME, which answers questions without pictures"];
  for (const name of ["MODEL_NAME", "EMBEDDING_MODEL", "VISION_MODEL"] as const)
    if (values[name] !== undefined && values.MODEL_BASE_URL === undefined)
      yield [name, "needs MODEL_BASE_URL"];
  if (
    values.MODEL_BASE_URL !== undefined &&
    values.MODEL_NAME === undefined &&
    values.EMBEDDING_MODEL === undefined
  )
    yield ["MODEL_BASE_URL", "name a model with MODEL_NAME or EMBEDDING_MODEL"];
}
