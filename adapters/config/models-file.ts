import { z } from "zod";
import { url } from "./setting.ts";

const milliseconds = z.int().min(1).max(3_600_000);
const modelName = z.string().min(1).max(200);
const serverName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens, 40 at most");

const address = url("http", "https").refine(
  (text) => {
    const { username, password, search, hash } = new URL(text);
    return `${username}${password}${search}${hash}` === "";
  },
  { error: "an address without a name, a password, ? or #; a key is given by `key`" },
);

/** Where a key is; never the key itself. */
const key = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  {
    error: "must be { env: NAME } or { file: PATH }: the key itself does not belong here",
  },
);

const lora = z.strictObject({
  base: modelName,
  most: z.int().min(1).max(1_000).default(4),
  adapters: z.record(modelName, z.string().min(1)),
});

const server = z.strictObject({
  name: serverName,
  kind: z.enum(["openai", "azure"]).default("openai"),
  base_url: address,
  key: key.optional(),
  api_version: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}(-preview)?$/, "such as 2024-10-21")
    .optional(),
  /** Names alone; or each with what the server calls it, as Azure's deployments. */
  models: z.union([z.array(modelName).min(1), z.record(modelName, modelName)], {
    error: "must be a list of names, or names each with what the server calls them",
  }),
  most_in_flight: z.int().min(1).max(4_096).optional(),
  timeouts: z
    .strictObject({ connect_ms: milliseconds, first_token_ms: milliseconds, between_tokens_ms: milliseconds })
    .partial()
    .default({}),
  lora: lora.optional(),
});

const step = z.union(
  [
    z.strictObject({ server: serverName, model: modelName }),
    z.strictObject({ servers: z.array(serverName).min(1), model: modelName }),
  ],
  { error: "must have `server` (or `servers`, of which the least busy is asked) and `model`" },
);
const chain = z.array(step).default([]);

/** The file of MODELS_FILE. */
export const modelsFile = z.strictObject({
  servers: z.array(server).min(1),
  tiers: z.strictObject({ fast: chain, heavy: chain, vision: chain, embed: chain }),
  heavy_above_tokens: z.int().min(1).optional(),
  departments: z
    .record(
      z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "company/department, by their short names"),
      z.strictObject({ tier: z.enum(["fast", "heavy"]).optional(), adapter: modelName.optional() }),
    )
    .default({}),
  /** While several companies wait, one of 3 gets three times what one of 1 gets, which is what those have that are not named. */
  weights: z
    .record(
      z.string().regex(/^[a-z0-9-]+$/, "a company, by its short name"),
      z.number().min(0.1, "from 0.1 to 100").max(100, "from 0.1 to 100"),
    )
    .default({}),
});

export type ModelsFile = z.output<typeof modelsFile>;
type Server = ModelsFile["servers"][number];
export type Step = ModelsFile["tiers"]["fast"][number];

export const serversOf = (each: Step): readonly string[] => ("server" in each ? [each.server] : each.servers);

/** Each model of a server, and what it is called there. */
export const modelsOf = ({ models }: Server): Readonly<Record<string, string>> =>
  Array.isArray(models) ? Object.fromEntries(models.map((name) => [name, name])) : models;

/** What no member alone shows: each fault in words, with where it stands. */
export function* modelsFileContradictions(file: ModelsFile): Generator<string> {
  const byName = new Map(file.servers.map((each) => [each.name, each]));
  for (const [index, each] of file.servers.entries()) {
    const at = `servers.${String(index)}`;
    if (file.servers.findIndex(({ name }) => name === each.name) < index)
      yield `${at}.name: ${each.name} stands there twice`;
    if (each.kind === "azure" && each.api_version === undefined) yield `${at}: azure needs api_version`;
    if (each.kind === "azure" && each.key === undefined) yield `${at}: azure needs a key`;
    if (each.kind === "openai" && each.api_version !== undefined)
      yield `${at}.api_version: is for azure alone`;
    if (each.kind === "azure" && each.lora) yield `${at}.lora: is for vLLM, of kind openai`;
    if (each.lora && modelsOf(each)[each.lora.base] === undefined)
      yield `${at}.lora.base: ${each.lora.base} is none of its models`;
  }
  for (const [tier, steps] of Object.entries(file.tiers))
    for (const [index, each] of steps.entries())
      for (const name of serversOf(each)) {
        const found = byName.get(name);
        const at = `tiers.${tier}.${String(index)}`;
        if (!found) yield `${at}: there is no server ${name}`;
        else if (modelsOf(found)[each.model] === undefined) yield `${at}: ${name} has no model ${each.model}`;
      }
  const { fast, heavy, vision, embed } = file.tiers;
  if (fast.length + heavy.length + vision.length + embed.length === 0)
    yield "tiers: name a server and a model in one at least";
  for (const [beside, steps] of Object.entries({ heavy, vision }))
    if (steps.length > 0 && fast.length === 0) yield `tiers.fast: is needed beside ${beside}`;
  if (new Set(embed.map(({ model }) => model)).size > 1)
    yield "tiers.embed: must be one model throughout, for vectors of different models cannot be compared";
  if (file.heavy_above_tokens !== undefined && heavy.length === 0)
    yield "heavy_above_tokens: needs the tier heavy";
  const adapters = new Set(file.servers.flatMap((each) => Object.keys(each.lora?.adapters ?? {})));
  for (const [department, { tier, adapter }] of Object.entries(file.departments)) {
    if (tier === "heavy" && heavy.length === 0) yield `departments.${department}.tier: needs the tier heavy`;
    if (adapter !== undefined && !adapters.has(adapter))
      yield `departments.${department}.adapter: no server has the adapter ${adapter}`;
  }
}
