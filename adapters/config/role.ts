import { z } from "zod";
import type { Setting } from "./setting.ts";

export const roleSettings = {
  ROLE: {
    schema: z.enum(["all", "bots", "workers"], { error: "must be all, bots or workers" }).default("all"),
    description:
      "What this process does: all in one; or only receive (bots), or only work (workers), which need DATABASE_URL and REDIS_URL.",
    example: "all",
  },
} as const satisfies Record<string, Setting>;

interface RoleValues {
  readonly ROLE: "all" | "bots" | "workers";
  readonly DATABASE_URL: string | undefined;
  readonly REDIS_URL: string | undefined;
}

/** What processes that share the work need in common, each with what to set. */
export function* roleContradictions(values: RoleValues): Generator<readonly ["ROLE", string]> {
  if (values.ROLE === "all") return;
  const missing = (["DATABASE_URL", "REDIS_URL"] as const).filter((name) => values[name] === undefined);
  if (missing.length > 0)
    yield ["ROLE", `${values.ROLE} needs ${missing.join(" and ")}, which its processes share`];
}
