import type { CreatedTicket, TicketDraft } from "../../core/escalation/ticket-system.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { Severity } from "../../core/escalation/trigger.ts";
import { incidentSummary, incidentText, type ShownItem } from "./incident-text.ts";
import { equals } from "./query.ts";
import { momentOf, type TableClient, type TableRecord } from "./table-client.ts";

export interface IncidentPorts {
  readonly table: TableClient;
  readonly urlOf: (sysId: string) => string;
  readonly itemUrlOf: (sysId: string) => string;
}

/** ServiceNow's urgency and impact where the policy does not say: 1 high, 2 medium, 3 low. */
const urgencies: Readonly<Record<Severity, string>> = { critical: "1", error: "2", warning: "2", info: "3" };
const columns = ["sys_id", "number", "correlation_id", "sys_created_on"] as const;
/** More of one key are not looked at. */
const foundLimit = 100;

/** Makes an incident with `key` as its correlation id. */
export async function makeIncident(
  ports: IncidentPorts,
  draft: TicketDraft,
  key: string,
): Promise<CreatedTicket> {
  const { ticket, severity } = draft;
  const item = ticket.configuration_item === null ? null : await findItem(ports, ticket.configuration_item);
  const urgency = ticket.priorities[severity] ?? urgencies[severity];
  const record = await ports.table.create(
    "incident",
    {
      urgency,
      impact: urgency,
      ...(item?.sysId === undefined ? {} : { cmdb_ci: item.sysId }),
      ...ticket.fields,
      short_description: incidentSummary(draft),
      description: incidentText(draft, item?.shown ?? null),
      correlation_id: key,
      correlation_display: "The Expert",
    },
    columns,
  );
  return createdOf(ports, record);
}

/** All of a key, oldest first. */
export async function findIncidents(ports: IncidentPorts, key: string): Promise<readonly CreatedTicket[]> {
  const condition = equals("correlation_id", key);
  if (condition === null) return [];
  const records = await ports.table.list(
    "incident",
    `${condition}^ORDERBYsys_created_on^ORDERBYnumber`,
    columns,
    foundLimit,
  );
  if (records.some((record) => record["correlation_id"] === undefined)) throw hidden();
  return records
    .filter((record) => record["correlation_id"]?.value === key)
    .toSorted(
      (one, other) =>
        (momentOf(one["sys_created_on"])?.getTime() ?? 0) -
          (momentOf(other["sys_created_on"])?.getTime() ?? 0) ||
        (one["number"]?.value ?? "").localeCompare(other["number"]?.value ?? ""),
    )
    .map((record) => createdOf(ports, record));
}

/** ServiceNow leaves out what an account may not read, without a word: then nothing is found, and all would be made twice. */
const hidden = (): ExpertError =>
  new ExpertError("channel_refused", "The account may not read the correlation id of incidents.", {
    remedy:
      "In ServiceNow, let the connection's account read the field correlation_id of the table incident.",
  });

const createdOf = ({ urlOf }: IncidentPorts, record: TableRecord): CreatedTicket => {
  const externalId = record["sys_id"]?.value ?? "";
  return { externalId, externalKey: record["number"]?.value ?? "", url: urlOf(externalId) };
};

interface FoundItem {
  readonly sysId?: string;
  readonly shown: ShownItem;
}

/** The configuration item of a name, for context: an incident is made without one where there is not just one. */
async function findItem({ table, itemUrlOf }: IncidentPorts, name: string): Promise<FoundItem> {
  const unknown: FoundItem = { shown: { name, found: null } };
  const condition = equals("name", name);
  if (condition === null) return unknown;
  const itemColumns = ["sys_id", "name", "owned_by", "managed_by", "operational_status", "install_status"];
  const records = await table.list("cmdb_ci", condition, itemColumns, 10).catch((error: unknown) => {
    // The account may not read the CMDB.
    if (isExpertError(error, "channel_refused")) return [];
    throw error;
  });
  const [item, ...more] = records.filter((record) => record["name"]?.value === name);
  const sysId = item?.["sys_id"]?.value;
  if (!item || sysId === undefined || more.length > 0) return unknown;
  const shown = (...names: readonly string[]): string =>
    names.map((one) => item[one]?.display ?? "").find((text) => text !== "") ?? "";
  const found = {
    owner: shown("owned_by", "managed_by"),
    status: shown("operational_status", "install_status"),
    url: itemUrlOf(sysId),
  };
  return { sysId, shown: { name, found } };
}
