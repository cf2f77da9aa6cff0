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

/** What each table is for, and what is missing without it. */
const needed = [
  ["incident", "Incidents cannot be read.", "Give the account the role itil, or sn_incident_write."],
  [
    "sys_journal_field",
    "Comments cannot be read, so that none comes back, and one that is written again may stand twice.",
    "Let the account read sys_journal_field by an access control of its own.",
  ],
  ["cmdb_ci", "Configuration items cannot be looked up.", "Give the account the role cmdb_read."],
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
  for (const [name, fault, remedy] of needed) {
    if ((await allowed(() => table.list(name, "", ["sys_id"], 1))) === null) faults.push({ fault, remedy });
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
