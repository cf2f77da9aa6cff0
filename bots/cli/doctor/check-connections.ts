import type { ConnectionFacts } from "../../../adapters/connect/diagnose-connections.ts";
import { isExpertError } from "../../../core/errors.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** Outside systems of every company: whether they are known, and whether what is to be sent there gets there. */
export const connectionsCheck: Check = {
  name: "connections",
  settings: ["ENCRYPTION_KEYS", "WEBHOOK_ALLOW_PRIVATE"],
  after: "database",
  async run({ diagnosis }) {
    const all = await diagnosis.connections();
    if (all.length === 0) return ok("none; admins add them under Escalations, Connections");
    const faults = all.flatMap(faultsOf);
    if (faults.length > 0) {
      const remedies = new Set(faults.map(({ remedy }) => remedy));
      return fail(faults.map(({ fault }) => fault).join("; "), [...remedies].join(" "));
    }
    const standing = all.flatMap(standingOf);
    if (standing.length > 0) {
      return warn(
        standing.join("; "),
        "What waits is tried again by itself; what was given up is under Escalations, Undelivered.",
      );
    }
    return ok(all.map(inWords).join("; "));
  },
};

const titleOf = ({ tenant, connection: { name } }: ConnectionFacts): string => `${tenant}/${name}`;

interface Fault {
  readonly fault: string;
  readonly remedy: string;
}

function faultsOf(facts: ConnectionFacts): readonly Fault[] {
  const { found } = facts;
  const title = titleOf(facts);
  if (found === null) return [];
  if (isExpertError(found))
    return [{ fault: `${title}: ${found.message}`, remedy: found.remedy ?? "Test it in the console." }];
  return found.faults.map(({ fault, remedy }) => ({ fault: `${title}: ${fault}`, remedy }));
}

/** Whether it is left alone, and what has not come through. */
function standingOf(facts: ConnectionFacts): readonly string[] {
  const { connection, dead, pending } = facts;
  const { openUntil, failures, lastError } = connection.health;
  const title = titleOf(facts);
  return [
    ...(openUntil !== null && connection.state === "active" && failures > 0
      ? [
          `${title} is left alone until ${openUntil.toISOString()} after ${String(failures)} failures: ${lastError ?? ""}`,
        ]
      : []),
    ...(dead > 0 ? [`${title}: ${calls(dead)} given up`] : []),
    ...(connection.state === "off" && pending > 0
      ? [`${title} is switched off, and ${calls(pending)} to be made`]
      : []),
  ];
}

const calls = (count: number): string => (count === 1 ? "1 call" : `${String(count)} calls`);

function inWords(facts: ConnectionFacts): string {
  const { connection, found, pending } = facts;
  const waits = pending > 0 ? `, ${calls(pending)} to be made` : "";
  if (connection.state === "off") return `${titleOf(facts)} is switched off`;
  if (found === null || isExpertError(found)) return `${titleOf(facts)} can be read${waits}`;
  return `${titleOf(facts)} works as ${found.as}${waits}`;
}
