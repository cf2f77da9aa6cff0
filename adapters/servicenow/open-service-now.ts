import type { SecretsOf, SettingsOf } from "../../core/connections/connection-settings.ts";
import { ExpertError } from "../../core/errors.ts";
import type { TicketSystem } from "../../core/escalation/ticket-system.ts";
import { shorten } from "../../core/text/cut-text.ts";
import { markerOf } from "./entry-key.ts";
import { isSettled, stateByName } from "./incident-states.ts";
import { findIncidents, type IncidentPorts, makeIncident } from "./make-incident.ts";
import { plainText, withoutCode } from "./plain-text.ts";
import { sysIdPattern } from "./query.ts";
import { ourCloseNotes, readIncident, readJournal } from "./read-incident.ts";
import { createTableClient, type TablePorts } from "./table-client.ts";
import { testConnection } from "./test-connection.ts";

export interface ServiceNowConnection {
  readonly settings: SettingsOf<"servicenow">;
  readonly secrets: SecretsOf<"servicenow">;
}

interface ServiceNowPorts extends TablePorts {
  /** Longest wait for an answer, in milliseconds. */
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 15_000;
/** The product's own: ServiceNow takes 1,024 MB unless its administrators say less. */
const attachmentLimitBytes = 10 * 1024 * 1024;
/** Of a journal's entry in an instance that nobody changed, with room for who wrote it and the marker. */
const entryLength = 3_700;
/** Of what is longer than an entry, no more is read. */
const markdownLimit = 2 * entryLength;
/** As an instance that nobody changed has it. */
const duplicateCode = "Duplicate";

/** Incidents of one ServiceNow instance, by its Table API; opening it asks nothing. */
export function openServiceNow(
  { settings, secrets }: ServiceNowConnection,
  { timeoutMs = usualTimeoutMs, ...asking }: ServiceNowPorts,
): TicketSystem {
  const { base_url: baseUrl, username } = settings;
  const table = createTableClient(asking, { baseUrl, username, password: secrets.password, timeoutMs });
  const urlOf = (sysId: string): string => recordUrl(baseUrl, "incident", sysId);
  const ports: IncidentPorts = { table, urlOf, itemUrlOf: (sysId) => recordUrl(baseUrl, "cmdb_ci", sysId) };

  /** The state that an incident is in; throws where it is gone. */
  async function stateNow(sysId: string): Promise<string> {
    const record = await table.get("incident", sysId, ["state"]);
    if (!record) throw gone();
    return record["state"]?.value ?? "";
  }

  async function change(sysId: string, values: Readonly<Record<string, string>>): Promise<string> {
    const record = await table.update("incident", sysId, values, ["state"]);
    if (!record) throw gone();
    return record["state"]?.value ?? "";
  }

  return {
    system: "servicenow",
    create: (draft, key) => makeIncident(ports, draft, key),
    find: (key) => findIncidents(ports, key),
    async closeDuplicate(externalId, of) {
      const sysId = checked(externalId);
      if (isSettled(await stateNow(sysId))) return;
      const text = `Duplicate of ${of.externalKey}: ${of.url}`;
      await change(sysId, {
        state: "6",
        close_code: duplicateCode,
        close_notes: text,
        work_notes: `${text}\n\n${markerOf(`duplicate of ${of.externalId}`)}`,
      });
    },
    async comment(externalId, { key, by, text }) {
      const sysId = checked(externalId);
      const marker = markerOf(key);
      const journal = await readJournal(table, sysId);
      if (journal.some((entry) => entry.text.trimEnd().endsWith(marker))) return;
      const who = shorten(withoutCode(by.replaceAll(/\s+/g, " ")), 200);
      await change(sysId, {
        comments: `${who}:\n${shorten(plainText(text.slice(0, markdownLimit)), entryLength)}\n\n${marker}`,
      });
    },
    async transition(externalId, name) {
      const sysId = checked(externalId);
      const wanted = stateByName(name);
      if (wanted === null) {
        throw new ExpertError("channel_refused", `ServiceNow has no state “${name}” for incidents.`, {
          remedy:
            "In the policy, name New, In Progress, On Hold, Resolved, Closed or Canceled, or a state by its number.",
        });
      }
      if ((await stateNow(sysId)) === wanted) return;
      const closing = isSettled(wanted)
        ? { close_code: settings.close_code, close_notes: ourCloseNotes }
        : {};
      const state = await change(sysId, { state: wanted, ...closing });
      if (state !== wanted) {
        throw new ExpertError("channel_refused", `ServiceNow kept the incident in the state ${state}.`, {
          remedy: "See the instance's business rules and data policies for incidents.",
        });
      }
    },
    async attach(externalId, { name, mediaType, content }) {
      const sysId = checked(externalId);
      if (content.byteLength > attachmentLimitBytes) {
        throw new ExpertError("channel_refused", "The file is larger than may be attached in ServiceNow.", {
          remedy: `Attach at most ${String(attachmentLimitBytes / 1024 / 1024)} MB.`,
          facts: { limitBytes: attachmentLimitBytes },
        });
      }
      const safeName = name.replaceAll(/[\p{Cc}/\\]/gu, "_");
      if ((await table.files("incident", sysId)).includes(safeName)) return;
      await table.attach("incident", sysId, { name: safeName, mediaType, content });
    },
    read: async (externalId, answerFrom, commentsSince) =>
      await readIncident({ table, username, urlOf }, checked(externalId), answerFrom, commentsSince),
    test: () =>
      testConnection({
        table,
        username,
        isHeard: settings.poll_seconds !== null || secrets.webhook_secrets.length > 0,
      }),
  };
}

/** Opens a record in the browser, as the instance's own links do. */
const recordUrl = (baseUrl: string, table: string, sysId: string): string =>
  `${baseUrl}/nav_to.do?uri=${encodeURIComponent(`${table}.do?sys_id=${sysId}`)}`;

/** An id stands in queries. */
function checked(externalId: string): string {
  if (sysIdPattern.test(externalId)) return externalId;
  throw new ExpertError("channel_refused", "This is no id of a record in ServiceNow.");
}

const gone = (): ExpertError =>
  new ExpertError("channel_refused", "The incident is gone from ServiceNow, or the account may not see it.", {
    remedy: "See in ServiceNow whether it was deleted, and what the connection's account may read.",
  });
