import type { ExternalPerson } from "../../core/escalation/escalation.ts";
import type { ExternalChange, ExternalComment } from "../../core/escalation/external-change.ts";
import { ExpertError } from "../../core/errors.ts";
import { isOurs, withoutMarker } from "./entry-key.ts";
import { stateOf } from "./incident-states.ts";
import { journalText } from "./plain-text.ts";
import { equals, fieldPattern } from "./query.ts";
import { momentOf, type Field, type TableClient, type TableRecord } from "./table-client.ts";

/** What this product writes where ServiceNow wants to know how something was settled: no answer of anybody. */
export const ourCloseNotes = "Settled in The Expert.";

/** More entries of a journal are not read. */
const entriesLimit = 1_000;
const fields = [
  "sys_id",
  "number",
  "correlation_id",
  "state",
  "close_code",
  "close_notes",
  "sys_created_on",
  "sys_updated_on",
  "sys_updated_by",
  "assigned_to",
  "assigned_to.name",
  "assigned_to.email",
  "resolved_by",
  "resolved_by.name",
  "resolved_by.email",
] as const;

interface ReadPorts {
  readonly table: TableClient;
  /** As whom this product is known there. */
  readonly username: string;
  readonly urlOf: (sysId: string) => string;
}

/** One entry of a record's journal, as it is kept. */
export interface JournalEntry {
  readonly id: string;
  readonly author: string;
  readonly at: Date;
  readonly text: string;
  readonly isPublic: boolean;
}

/** How an incident stands, as `TicketSystem.read` tells it. */
export async function readIncident(
  { table, username, urlOf }: ReadPorts,
  sysId: string,
  answerFrom: string,
  commentsSince: Date | null,
): Promise<ExternalChange | null> {
  const answerField = answerFrom === "last_comment" ? null : answerFrom;
  if (answerField !== null && !fieldPattern.test(answerField)) {
    throw new ExpertError("channel_refused", `“${answerField}” is no field of an incident.`, {
      remedy: "Set the policy's answer_from to last_comment or to a field's own name, as close_notes.",
    });
  }
  const wanted = [...new Set<string>(answerField === null ? fields : [...fields, answerField])];
  const record = await table.get("incident", sysId, wanted);
  if (!record) return null;
  const of = (name: string): Field => record[name] ?? { value: "", display: "" };
  const entries = (await readJournal(table, sysId)).filter(
    ({ at }) => commentsSince === null || at >= commentsSince,
  );
  const updatedBy = of("sys_updated_by").value;
  const people = await readPeople(table, [...entries.map(({ author }) => author), updatedBy]);
  const state = stateOf(of("state").value);
  const resolver = state === "resolved" ? referred(record, "resolved_by") : null;
  const answer = answerField === null ? "" : journalText(of(answerField).display);
  return {
    externalId: of("sys_id").value,
    key: of("correlation_id").value === "" ? null : of("correlation_id").value,
    externalKey: of("number").value,
    url: urlOf(of("sys_id").value),
    at: momentOf(of("sys_updated_on")) ?? momentOf(of("sys_created_on")) ?? new Date(0),
    state,
    status: of("state").display,
    assignees: [referred(record, "assigned_to")].filter((one) => one !== null),
    resolution: state === "resolved" && of("close_code").value !== "" ? of("close_code").display : null,
    // What this product did is nobody's doing there.
    by: updatedBy === username ? null : (resolver ?? people.get(updatedBy) ?? null),
    ...(state === "resolved" && of("close_notes").value.trim() === ourCloseNotes
      ? { isOurs: true as const }
      : {}),
    comments: entries.map((entry) => commentOf(entry, people)),
    answer: answer === "" || answer === ourCloseNotes ? null : answer,
  };
}

/** A record's public comments and work notes, oldest first. */
export async function readJournal(table: TableClient, sysId: string): Promise<readonly JournalEntry[]> {
  const query = `element_id=${sysId}^elementINcomments,work_notes^ORDERBYsys_created_on`;
  const columns = ["sys_id", "element", "element_id", "value", "sys_created_on", "sys_created_by"];
  const records = await table.list("sys_journal_field", query, columns, entriesLimit);
  return records.flatMap((record) => {
    const at = momentOf(record["sys_created_on"]);
    if (record["element_id"]?.value !== sysId || !at) return [];
    return {
      id: record["sys_id"]?.value ?? "",
      author: record["sys_created_by"]?.value ?? "",
      at,
      text: record["value"]?.value ?? "",
      isPublic: record["element"]?.value === "comments",
    };
  });
}

function commentOf(
  { id, author, at, text, isPublic }: JournalEntry,
  people: ReadonlyMap<string, ExternalPerson>,
): ExternalComment {
  const words = journalText(text);
  return {
    id,
    by: people.get(author) ?? { name: author, email: null },
    at,
    text: withoutMarker(words),
    isPublic,
    isOurs: isOurs(words),
  };
}

/** Users by their user names; those whom the account may not see are missing. */
async function readPeople(
  table: TableClient,
  usernames: readonly string[],
): Promise<ReadonlyMap<string, ExternalPerson>> {
  const wanted = [...new Set(usernames)].filter(
    // A comma would be the next of them.
    (name) => equals("user_name", name) !== null && !name.includes(","),
  );
  if (wanted.length === 0) return new Map();
  const query = `user_nameIN${wanted.join(",")}`;
  const records = await table
    .list("sys_user", query, ["user_name", "name", "email"], wanted.length)
    .catch((error: unknown) => {
      if (error instanceof ExpertError && error.code === "channel_refused") return [];
      throw error;
    });
  return new Map(
    records.map((record) => {
      const username = record["user_name"]?.value ?? "";
      return [username, personOf(record["name"]?.value ?? username, record["email"]?.value ?? "")];
    }),
  );
}

/** Whom a field refers to; null for nobody. */
function referred(record: TableRecord, field: string): ExternalPerson | null {
  const reference = record[field];
  if (!reference || reference.value === "") return null;
  const name = record[`${field}.name`]?.value ?? "";
  return personOf(name === "" ? reference.display : name, record[`${field}.email`]?.value ?? "");
}

const personOf = (name: string, email: string): ExternalPerson => ({
  name,
  email: email === "" ? null : email.toLowerCase(),
});
