import { isExpertError } from "../../core/errors.ts";
import type { ConnectionTest } from "../../core/escalation/ticket-system.ts";
import { equals } from "./query.ts";
import type { TableClient } from "./table-client.ts";

interface TestedConnection {
  readonly table: TableClient;
  readonly username: string;
  /** Whether anything of what happens there comes back: by webhooks or by polling. */
  readonly isHeard: boolean;
}

/** What of each table is read, and what is missing without it. */
const needed = [
  {
    name: "incident",
    fields: ["sys_id", "number", "state", "correlation_id", "assigned_to", "sys_updated_on"],
    fault: "Incidents cannot be read, or not all that is needed of them.",
    remedy: "Give the account the role itil, or sn_incident_read and sn_incident_write.",
  },
  {
    name: "sys_journal_field",
    fields: ["sys_id", "element", "element_id", "value", "sys_created_on", "sys_created_by"],
    fault: "Comments cannot be read, so that none comes back, and one that is written again may stand twice.",
    remedy: "Let the account read sys_journal_field by an access control of its own.",
  },
  {
    name: "cmdb_ci",
    fields: ["sys_id", "name"],
    fault: "Configuration items cannot be looked up.",
    remedy: "Give the account the role cmdb_read.",
  },
] as const;

/** Looks whether a connection works, without making anything. */
export async function testConnection({
  table,
  username,
  isHeard,
}: TestedConnection): Promise<ConnectionTest> {
  const condition = equals("user_name", username);
  const users =
    condition === null
      ? []
      : await allowed(() => table.list("sys_user", condition, ["user_name", "name"], 1));
  const faults: { fault: string; remedy: string }[] = [];
  for (const { name, fields, fault, remedy } of needed) {
    const records = await allowed(() => table.list(name, "", fields, 1));
    // What may not be read is left out without a word.
    const isWhole = records?.every((record) => fields.every((field) => field in record)) ?? false;
    if (!isWhole) faults.push({ fault, remedy });
  }
  if (!isHeard) {
    faults.push({
      fault: "Nothing that happens in ServiceNow comes back: there is no webhook secret, and polling is off.",
      remedy: "Set poll_seconds, or a webhook secret and the business rule that docs/servicenow.md shows.",
    });
  }
  const user = users?.find((record) => record["user_name"]?.value === username);
  return { as: user?.["name"]?.value ?? username, faults };
}

/** Null where the account may not. */
async function allowed<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return null;
    throw error;
  }
}
