import { ExpertError } from "../errors.ts";
import type { ConnectionKind } from "./connection.ts";

/** Secrets by their names; of those that hold beside each other, a list, newest first. */
export type GivenSecrets = Readonly<Record<string, unknown>>;

/** So many hold beside each other. */
const mostBeside = 3;

/** What is kept and what is given, as one: lists are joined, newest first, or cut to the newest. */
export function exchangeSecrets(kept: GivenSecrets, given: GivenSecrets, newestOnly: boolean): GivenSecrets {
  const exchanged = Object.entries({ ...kept, ...given }).map(([name, value]) => {
    if (!Array.isArray(value)) return [name, value] as const;
    const before: unknown = kept[name];
    const joined = new Set([
      ...(value as unknown[]),
      ...(Array.isArray(before) ? (before as unknown[]) : []),
    ]);
    return [name, [...joined].slice(0, newestOnly ? 1 : mostBeside)] as const;
  });
  return Object.fromEntries(exchanged);
}

/** The settings that say where secrets are sent to. A webhook's are never sent: they sign. */
const addresses: Readonly<Record<ConnectionKind, readonly string[]>> = {
  jira: ["base_url"],
  pagerduty: ["events_url", "api_url"],
  servicenow: ["base_url"],
  webhook: [],
};
const sentSecrets = ["token", "password", "routing_key", "api_token"] as const;

/**
 * Throws `invalid_input` where secrets that are kept would go to another address than the one that they were given for:
 * whoever moves the address need not know them.
 */
export function assertNotMoved(
  kind: ConnectionKind,
  settings: { readonly before: unknown; readonly after: unknown },
  secrets: { readonly kept: GivenSecrets; readonly given: GivenSecrets },
): void {
  const [before, after] = [Object(settings.before), Object(settings.after)] as readonly GivenSecrets[];
  if (addresses[kind].every((field) => originOf(before?.[field]) === originOf(after?.[field]))) return;
  const wanted = sentSecrets.filter(
    (name) => typeof secrets.kept[name] === "string" && secrets.given[name] === undefined,
  );
  if (wanted.length === 0) return;
  const fault = "give it again: it would go to another address";
  throw new ExpertError("invalid_input", `Another address needs its own secrets: ${wanted.join(", ")}.`, {
    remedy: "Give the secrets that are named once more.",
    facts: Object.fromEntries(wanted.map((name) => [`secrets.${name}`, fault])),
  });
}

const originOf = (address: unknown): string | null =>
  typeof address === "string" && URL.canParse(address) ? new URL(address).origin : null;
