import { z } from "zod";
import type { Setting } from "./setting.ts";

export const roleSettings = {
  ROLE: {
    schema: z
      .enum(["all", "bots", "workers", "inference"], { error: "must be all, bots, workers or inference" })
      .default("all"),
    description:
      "What this process does: all in one; or only receive (bots), or only work (workers), which need DATABASE_URL and REDIS_URL; or only ask the models (inference), which needs REDIS_URL and a model.",
    example: "all",
  },
} as const satisfies Record<string, Setting>;

interface RoleValues {
  readonly ROLE: "all" | "bots" | "workers" | "inference";
  readonly DATABASE_URL: string | undefined;
  readonly REDIS_URL: string | undefined;
  readonly MODEL_BASE_URL: string | undefined;
  readonly MODELS_FILE: string | undefined;
}

/** What processes that share the work need in common, each with what to set. */
export function* roleContradictions(values: RoleValues): Generator<readonly ["ROLE", string]> {
  if (values.ROLE === "all") return;
  if (values.ROLE === "inference") {
    if (values.REDIS_URL === undefined)
      yield ["ROLE", "inference needs REDIS_URL, through which bots and workers ask it"];
    if (values.MODEL_BASE_URL === undefined && values.MODELS_FILE === undefined)
      yield ["ROLE", "inference needs the models that it asks: set MODEL_BASE_URL or MODELS_FILE"];
    return;
  }
  const missing = (["DATABASE_URL", "REDIS_URL"] as const).filter((name) => values[name] === undefined);
  if (missing.length > 0)
    yield ["ROLE", `${values.ROLE} needs ${missing.join(" and ")}, which its processes share`];
}
