import type { SettingName } from "../../../adapters/config.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const settings: readonly SettingName[] = ["MODEL_BASE_URL", "MODEL_API_KEY", "MODEL_NAME", "EMBEDDING_MODEL"];

const server: Check = {
  name: "model server",
  settings,
  async run({ config, diagnosis }) {
    if (config.MODEL_BASE_URL === undefined)
      return ok("none is configured: answers are quoted from documents");
    const models = await diagnosis.models();
    const wanted = [config.MODEL_NAME, config.EMBEDDING_MODEL].filter((name) => name !== undefined);
    const missing = wanted.filter((name) => !models.some((model) => isCalled(model, name)));
    if (missing.length === 0) return ok(`answers, and has ${wanted.join(" and ")}`);
    const some = models.slice(0, 8).join(", ");
    return fail(
      `has no model ${missing.join(" and ")}`,
      `Load it there, or name one that it has: ${some === "" ? "it has none" : some}.`,
    );
  },
};

/** Ollama lists a model with its tag, and takes `latest` for one without. */
const isCalled = (model: string, name: string): boolean => model === name || model === `${name}:latest`;

const embeddings: Check = {
  name: "embeddings",
  settings,
  after: "model server",
  async run({ config, diagnosis }) {
    if (config.EMBEDDING_MODEL === undefined) return ok("no model is configured: search is by words");
    const dimension = await diagnosis.embeddingDimension();
    return ok(`${config.EMBEDDING_MODEL} gives vectors of ${String(dimension)} numbers`);
  },
};

const stored: Check = {
  name: "stored embeddings",
  settings: ["EMBEDDING_MODEL", "DATA_DIR", "DATABASE_URL", "EMBEDDED_DATABASE_PORT"],
  after: "database",
  async run({ config, diagnosis }) {
    const found = await diagnosis.storedEmbeddings();
    const others = found.filter(({ model }) => model !== config.EMBEDDING_MODEL);
    const total = others.reduce((sum, { passages }) => sum + passages, 0);
    if (config.EMBEDDING_MODEL !== undefined && total > 0) {
      const models = [...new Set(others.map(({ model }) => model))].join(", ");
      return warn(
        `${String(total)} passages were embedded by ${models}, which cannot be compared with ${config.EMBEDDING_MODEL}`,
        "Start The Expert: it embeds their documents again, and searches them by words meanwhile. Or set EMBEDDING_MODEL back.",
      );
    }
    const passages = found.reduce((sum, one) => sum + one.passages, 0);
    return ok(passages === 0 ? "there are none" : `${String(passages)} passages have one`);
  },
};

export const modelChecks: readonly Check[] = [server, embeddings, stored];
