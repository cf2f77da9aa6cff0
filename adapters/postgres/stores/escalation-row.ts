import type { Escalation, EscalationLink, ExternalPerson } from "../../../core/escalation/escalation.ts";
import { passing } from "./passing-names.ts";

const byId = (columns: string, table: string, id: string): string =>
  `lateral (select ${columns} from ${table} where id = ${id} limit 1)`;

/** Escalations with their question, their thread, their links and the asker's name. */
export const told = `
  select e.id, e.turn_id, e.conversation_id, e.approval_id, e.handoff_id, e.department_id, e.named, e.question, e.label,
    e.readers, e.raised, e.severity, e.policy, e.state, e.version, e.acknowledged_by, e.acknowledged_at, e.resolved_by,
    e.resolved_at, e.answer_wanted_from, e.created_at, t.address - ${passing} as address, t.user_id as asked_by,
    t.language, c.channel, c.thread_key, c.shared, u.display_name as asked_by_name, coalesce((
      select jsonb_agg(to_jsonb(l) order by l.id) from escalation_links l
      where l.tenant_id = e.tenant_id and l.escalation_id = e.id), '[]') as links
  from escalations e
    cross join ${byId("address, user_id, language", "turns", "e.turn_id")} t
    cross join ${byId("channel, thread_key, shared", "conversations", "e.conversation_id")} c
    cross join ${byId("display_name", "users", "t.user_id")} u`;

/** A link as JSON tells it: its moments are text. */
export interface LinkJson {
  id: EscalationLink["id"];
  escalation_id: EscalationLink["escalationId"];
  kind: EscalationLink["kind"];
  connection_id: EscalationLink["connectionId"];
  key: string;
  external_id: string | null;
  external_key: string | null;
  url: string | null;
  state: EscalationLink["state"];
  status: string | null;
  assignees: ExternalPerson[];
  resolution: string | null;
  changed_at: string | null;
  made_at: string | null;
  error: string | null;
}

export interface EscalationRow {
  id: Escalation["id"];
  turn_id: Escalation["turnId"];
  conversation_id: Escalation["conversationId"];
  approval_id: Escalation["approvalId"];
  handoff_id: Escalation["handoffId"];
  department_id: Escalation["departmentId"];
  named: boolean;
  question: string;
  label: Escalation["label"];
  readers: string[] | null;
  raised: {
    trigger: Escalation["raised"][number]["trigger"];
    at: string;
    by: Escalation["askedBy"] | null;
  }[];
  severity: Escalation["severity"];
  policy: Escalation["policy"];
  state: Escalation["state"];
  version: number;
  acknowledged_by: string | null;
  acknowledged_at: Date | null;
  resolved_by: string | null;
  resolved_at: Date | null;
  answer_wanted_from: Escalation["answerWantedFrom"];
  created_at: Date;
  address: Escalation["address"];
  asked_by: Escalation["askedBy"];
  language: Escalation["language"];
  channel: Escalation["channel"];
  thread_key: string;
  shared: boolean;
  asked_by_name: string;
  links: LinkJson[];
}

const moment = (text: string | null): Date | null => (text === null ? null : new Date(text));

export const presentLink = (row: LinkJson): EscalationLink => ({
  id: row.id,
  escalationId: row.escalation_id,
  kind: row.kind,
  connectionId: row.connection_id,
  key: row.key,
  externalId: row.external_id,
  externalKey: row.external_key,
  url: row.url,
  state: row.state,
  status: row.status,
  assignees: row.assignees,
  resolution: row.resolution,
  changedAt: moment(row.changed_at),
  createdAt: moment(row.made_at),
  error: row.error,
});

export const presentEscalation = (row: EscalationRow): Escalation => ({
  id: row.id,
  turnId: row.turn_id,
  approvalId: row.approval_id,
  handoffId: row.handoff_id,
  conversationId: row.conversation_id,
  channel: row.channel,
  threadKey: row.thread_key,
  address: row.address,
  shared: row.shared,
  named: row.named,
  departmentId: row.department_id,
  askedBy: row.asked_by,
  askedByName: row.asked_by_name,
  language: row.language,
  question: row.question,
  label: row.label,
  readers: row.readers,
  raised: row.raised.map(({ trigger, at, by }) => ({ trigger, at: new Date(at), by })),
  severity: row.severity,
  policy: row.policy,
  state: row.state,
  version: row.version,
  acknowledged: doneBy(row.acknowledged_by, row.acknowledged_at),
  resolved: doneBy(row.resolved_by, row.resolved_at),
  answerWantedFrom: row.answer_wanted_from,
  links: row.links.map(presentLink),
  createdAt: row.created_at,
});

const doneBy = (by: string | null, at: Date | null): Escalation["resolved"] =>
  by !== null && at ? { by, at } : null;
