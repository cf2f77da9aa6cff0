import { ExpertError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { type HookSystem, hookSystems } from "./hook-receiver.ts";

/** The outside system that a connection leads to. Throws `internal` for generic webhooks, which stand for none. */
export function systemOf({ kind, name }: Pick<Connection, "kind" | "name">): HookSystem {
  const system = hookSystems.find((one) => one === kind);
  if (system) return system;
  throw new ExpertError("internal", `The connection “${name}” leads to no outside system.`);
}
