import type { Config, SettingName } from "../../../adapters/config.ts";
import type { ModelRoutes, ModelServerSettings } from "../../../core/inference/routing/model-routes.ts";
import { embeddingModelOf } from "../../../core/inference/routing/model-routes.ts";
import { failuresBorne } from "../../../core/inference/routing/server-breaker.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const settings: readonly SettingName[] = [
  "MODEL_BASE_URL",
  "MODEL_API_KEY",
  "MODEL_NAME",
  "EMBEDDING_MODEL",
  "VISION_MODEL",
  "MODELS_FILE",
];

const none: Check = {
  name: "model server",
  settings,
  run: () => ok("none is configured: answers are quoted from documents"),
};

const server = (routes: ModelRoutes, one: ModelServerSettings): Check => ({
  name: nameOf(one),
  settings,
  async run({ diagnosis }) {
    const { has, missing, listed } = await diagnosis.modelServer(one.name);
    const note = diagnosis.leftAlone().find((left) => left.server === one.name);
    const breaker = note
      ? `breaker open in a running process since ${note.since}, until ${note.until} at least`
      : `breaker closed, opens after ${String(failuresBorne)} failures in a row`;
    const works = `answers, and has ${has.join(" and ")}${placeOf(routes, one)}; ${breaker}`;
    if (missing.length === 0 && note)
      return warn(
        works,
        "Nothing: the next call after that tries it. If it stays so, look at that process's log and its way to the server.",
      );
    if (missing.length === 0) return ok(works);
    const some = listed?.slice(0, 8).join(", ");
    return fail(
      `has no model ${missing.join(" and ")}`,
      some === undefined
        ? "Deploy it there, or correct its deployment's name."
        : `Load it there, or name one that it has: ${some === "" ? "it has none" : some}.`,
    );
  },
});

const nameOf = ({ name, fromFile }: ModelServerSettings): string =>
  fromFile ? `model server ${name}` : "model server";

/** Where it stands in the order, and what it may be asked at once. */
function placeOf(routes: ModelRoutes, { name, fromFile, mostInFlight, lora }: ModelServerSettings): string {
  if (!fromFile) return "";
  const places = Object.entries(routes.tiers).flatMap(([tier, steps]) => {
    const place = steps.findIndex(({ servers }) => servers.includes(name));
    return place < 0 ? [] : [place === 0 ? `first for ${tier}` : `number ${String(place + 1)} for ${tier}`];
  });
  return [
    `: ${places.length === 0 ? "no tier names it" : places.join(", ")}`,
    `${String(mostInFlight)} requests at once at most`,
    ...(lora
      ? [`${String(lora.most)} of ${String(Object.keys(lora.adapters).length)} adapters loaded at most`]
      : []),
  ].join("; ");
}

const embeddings = (after: string | undefined): Check => ({
  name: "embeddings",
  settings,
  ...(after === undefined ? {} : { after }),
  async run({ config, diagnosis }) {
    const model = embeddingModelOf(config.MODELS);
    if (model === null) return ok("no model is configured: search is by words");
    const dimension = await diagnosis.embeddingDimension();
    return ok(`${model} gives vectors of ${String(dimension)} numbers`);
  },
});

const pictures = (after: string | undefined): Check => ({
  name: "pictures",
  settings,
  ...(after === undefined ? {} : { after }),
  async run({ config, diagnosis }) {
    const model = config.MODELS?.tiers.vision[0]?.model;
    if (model === undefined)
      return ok("no model that sees is configured: pictures are kept, and not looked at");
    await diagnosis.showPicture();
    return ok(`${model} looks at pictures`);
  },
});

const stored: Check = {
  name: "stored embeddings",
  settings: ["EMBEDDING_MODEL", "MODELS_FILE", "DATA_DIR", "DATABASE_URL", "EMBEDDED_DATABASE_PORT"],
  after: "database",
  async run({ config, diagnosis }) {
    const model = embeddingModelOf(config.MODELS);
    const found = await diagnosis.storedEmbeddings();
    const others = found.filter((one) => one.model !== model);
    const total = others.reduce((sum, { passages }) => sum + passages, 0);
    if (model !== null && total > 0) {
      const models = [...new Set(others.map((one) => one.model))].join(", ");
      return warn(
        `${String(total)} passages were embedded by ${models}, which cannot be compared with ${model}`,
        "Start The Expert: it embeds their documents again, and searches them by words meanwhile. Or set the embedding model back.",
      );
    }
    const passages = found.reduce((sum, one) => sum + one.passages, 0);
    return ok(passages === 0 ? "there are none" : `${String(passages)} passages have one`);
  },
};

/** Each model server and what its models do; then what is stored. */
export function modelChecks(config: Config): readonly Check[] {
  return [...(asksItself(config) ? modelServerChecks(config) : [byOthers]), stored];
}

/** Bots and workers of their own need not reach the servers, nor know their keys. */
const asksItself = ({ ROLE: role, MODELS: routes }: Config): boolean =>
  routes === null || role === "all" || role === "inference";

const byOthers: Check = {
  name: "model servers",
  settings,
  run: () =>
    ok("asked by inference workers alone, below; look at the servers with ROLE=inference where those run"),
};

/** Each model server, whether it embeds, and whether it sees. */
export function modelServerChecks({ MODELS: routes }: Config): readonly Check[] {
  if (!routes) return [none, embeddings("model server"), pictures("model server")];
  const [only] = routes.servers.filter(({ fromFile }) => !fromFile);
  return [
    ...routes.servers.map((one) => server(routes, one)),
    embeddings(only ? nameOf(only) : undefined),
    pictures(only ? nameOf(only) : undefined),
  ];
}
