import type { z } from "zod";
import { ExpertError } from "../errors.ts";
import { connectionSettings } from "./connection-settings.ts";
import type { ConnectionKind } from "./connection.ts";

/**
 * A name, settings and secrets as their kind wants them, as they are kept. Throws `invalid_input` with the fault of each field
 * as a fact, which holds no secret.
 */
export function checkConnection(
  kind: ConnectionKind,
  {
    name: writtenName,
    settings,
    secrets,
  }: { readonly name: string; readonly settings: unknown; readonly secrets: unknown },
): { readonly name: string; readonly settings: object; readonly secrets: object } {
  const name = writtenName.trim();
  const readSettings = connectionSettings[kind].settings.safeParse(settings);
  const readSecrets = connectionSettings[kind].secrets.safeParse(secrets);
  const faults: readonly Fault[] = [
    ...(name.length >= 1 && name.length <= longestName
      ? []
      : [["name", `1 to ${String(longestName)} characters`] as const]),
    ...faultsOf("settings", readSettings.error),
    ...faultsOf("secrets", readSecrets.error),
  ];
  if (readSettings.success && readSecrets.success && faults.length === 0)
    return { name, settings: readSettings.data, secrets: readSecrets.data };
  throw new ExpertError(
    "invalid_input",
    `The connection is not valid: ${faults.map(([field, fault]) => `${field}: ${fault}`).join("; ")}.`,
    { remedy: "Correct the fields that are named and save it again.", facts: Object.fromEntries(faults) },
  );
}

type Fault = readonly [field: string, fault: string];
const longestName = 80;

const faultsOf = (part: string, error: z.ZodError | undefined): readonly Fault[] =>
  (error?.issues ?? []).map(({ path, message }) => [[part, ...path].join("."), message] as const);
