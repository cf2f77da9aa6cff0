import type { z } from "zod";
import { ExpertError } from "../errors.ts";
import { connectionSettings } from "./connection-settings.ts";
import type { ConnectionKind } from "./connection.ts";

/** Secrets by their names; of those that hold beside each other, a list, newest first. */
export type GivenSecrets = Readonly<Record<string, unknown>>;

/** So many hold beside each other. */
const mostBeside = 3;
/** The settings that say where secrets are sent to. A webhook's are never sent: they sign. */
const addresses: Readonly<Record<ConnectionKind, readonly string[]>> = {
  jira: ["base_url"],
  pagerduty: ["events_url", "api_url"],
  servicenow: ["base_url"],
  webhook: [],
};

/** What is kept and what is given, as one: lists are joined, newest first, or cut to the newest. */
export function mergeSecrets(kept: GivenSecrets, given: GivenSecrets, newestOnly: boolean): GivenSecrets {
  const merged = Object.entries({ ...kept, ...given }).map(([name, value]) => {
    const before = kept[name];
    const joined = Array.isArray(value)
      ? [...new Set([...(value as unknown[]), ...(Array.isArray(before) ? (before as unknown[]) : [])])]
      : value;
    return [name, Array.isArray(joined) ? joined.slice(0, newestOnly ? 1 : mostBeside) : joined] as const;
  });
  return Object.fromEntries(merged);
}

/**
 * Settings and secrets as the kind wants them. Throws `invalid_input` with the fault of each field as a fact, also where
 * secrets that are kept would go to another address than the one that they were given for.
 */
export function assertFits(
  kind: ConnectionKind,
  settings: unknown,
  secrets: unknown,
  changed?: { readonly before: unknown; readonly given: GivenSecrets },
): { readonly settings: object; readonly secrets: object } {
  const schemas = connectionSettings[kind];
  const readSettings = schemas.settings.safeParse(settings);
  const readSecrets = schemas.secrets.safeParse(secrets);
  const faults = [
    ...faultsOf("settings", readSettings.error),
    ...faultsOf("secrets", readSecrets.error),
    ...(changed && readSettings.success && readSecrets.success
      ? movedFaults(kind, readSettings.data, readSecrets.data, changed)
      : []),
  ];
  if (readSettings.success && readSecrets.success && faults.length === 0)
    return { settings: readSettings.data, secrets: readSecrets.data };
  throw new ExpertError(
    "invalid_input",
    `The connection is not valid: ${faults.map(([field, fault]) => `${field}: ${fault}`).join("; ")}.`,
    { remedy: "Correct the fields that are named and save it again.", facts: Object.fromEntries(faults) },
  );
}

type Fault = readonly [field: string, fault: string];

const faultsOf = (part: string, error: z.ZodError | undefined): readonly Fault[] =>
  (error?.issues ?? []).map(({ path, message }) => [[part, ...path].join("."), message] as const);

/** What is sent elsewhere than before has to be given again: whoever moves the address need not know the secret. */
function movedFaults(
  kind: ConnectionKind,
  settings: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, unknown>>,
  { before, given }: { readonly before: unknown; readonly given: GivenSecrets },
): readonly Fault[] {
  const old = Object(before) as Readonly<Record<string, unknown>>;
  if (addresses[kind].every((field) => originOf(settings[field]) === originOf(old[field]))) return [];
  return sentSecrets
    .filter((name) => typeof secrets[name] === "string" && given[name] === undefined)
    .map((name) => [`secrets.${name}`, "give it again: it would go to another address"]);
}
const sentSecrets = ["token", "password", "routing_key", "api_token"] as const;

const originOf = (address: unknown): string | null =>
  typeof address === "string" && URL.canParse(address) ? new URL(address).origin : null;
