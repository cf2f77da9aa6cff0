import type { Config, SettingFault, SettingName } from "../../../adapters/config.ts";
import type { Diagnosis } from "../../../adapters/connect/diagnose.ts";

export interface Finding {
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  readonly remedy?: string;
}

export interface CheckContext {
  readonly config: Config;
  readonly faults: readonly SettingFault[];
  readonly diagnosis: Diagnosis;
}

/** A look at one part. What it throws is a `fail`. */
export interface Check {
  readonly name: string;
  /** Settings without which it would look at something else than what is meant. */
  readonly settings?: readonly SettingName[];
  /** A check that must not have failed. */
  readonly after?: string;
  run(context: CheckContext): Promise<Finding> | Finding;
}

export const ok = (detail: string): Finding => ({ status: "ok", detail });
export const warn = (detail: string, remedy: string): Finding => ({ status: "warn", detail, remedy });
export const fail = (detail: string, remedy: string): Finding => ({ status: "fail", detail, remedy });
