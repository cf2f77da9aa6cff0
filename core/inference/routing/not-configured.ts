import { ExpertError } from "../../errors.ts";

const settings = {
  chat: { variable: "MODEL_NAME", tier: "fast" },
  embedding: { variable: "EMBEDDING_MODEL", tier: "embed" },
  vision: { variable: "VISION_MODEL", tier: "vision" },
} as const;

/** There is no model for what is asked. */
export const notConfigured = (what: keyof typeof settings): ExpertError =>
  new ExpertError("model_unavailable", `No ${what} model is configured.`, {
    remedy: `Set ${settings[what].variable}, or the tier ${settings[what].tier} in the file of MODELS_FILE.`,
  });
