import type { Approval } from "../../../core/approvals/approval.ts";
import { passing } from "./passing-names.ts";

/** One row by its id: a plain join, planned while the tables are empty, would later read all of them. */
const byId = (columns: string, table: string, id: string): string =>
  `lateral (select ${columns} from ${table} where id = ${id} limit 1)`;

/** Approvals with their question, their thread and the people's names. */
export const told = (rows: string, more = ""): string => `
  select a.id, a.turn_id, a.review_of, a.conversation_id, a.named, a.department_id, a.asked_by, a.language, a.question, a.why,
    a.answer, a.revision, a.confidence, a.label, a.readers, a.policy, a.level, a.state, a.version, a.same_as,
    a.decision_kind, a.decided_by, a.decided_at, a.reason, a.withdrawn_by, a.withdrawn_at, a.due_step, a.due_at,
    a.created_at, t.address - ${passing} as address, c.channel, c.thread_key, c.shared,
    asker.display_name as asked_by_name, decider.display_name as decided_by_name,
    withdrawer.display_name as withdrawn_by_name, coalesce((
      select jsonb_agg(jsonb_build_object('userId', u.id, 'name', u.display_name, 'at', v.vote ->> 'at') order by v.place)
      from jsonb_array_elements(a.votes) with ordinality as v (vote, place)
        cross join ${byId("id, display_name", "users", "(v.vote ->> 'userId')::uuid")} u), '[]') as votes ${more}
  from ${rows} a
    cross join ${byId("address", "turns", "a.turn_id")} t
    cross join ${byId("channel, thread_key, shared", "conversations", "a.conversation_id")} c
    cross join ${byId("display_name", "users", "a.asked_by")} asker
    left join ${byId("display_name", "users", "a.decided_by")} decider on true
    left join ${byId("display_name", "users", "a.withdrawn_by")} withdrawer on true`;

export interface ApprovalRow {
  id: Approval["id"];
  turn_id: Approval["turnId"];
  review_of: Approval["reviewOf"];
  conversation_id: Approval["conversationId"];
  named: boolean;
  department_id: Approval["departmentId"];
  asked_by: Approval["askedBy"];
  language: Approval["language"];
  question: string;
  why: Approval["why"];
  answer: Approval["answer"];
  revision: number;
  confidence: Approval["confidence"];
  label: Approval["label"];
  readers: string[] | null;
  policy: Approval["policy"];
  level: number;
  state: Approval["state"];
  version: number;
  same_as: Approval["sameAs"];
  decision_kind: NonNullable<Approval["decision"]>["kind"] | null;
  decided_by: Approval["askedBy"] | null;
  decided_at: Date | null;
  reason: string | null;
  withdrawn_by: Approval["askedBy"] | null;
  withdrawn_at: Date | null;
  due_step: NonNullable<Approval["due"]>["step"] | null;
  due_at: Date | null;
  created_at: Date;
  address: Approval["address"];
  channel: Approval["channel"];
  thread_key: string;
  shared: boolean;
  asked_by_name: string;
  decided_by_name: string | null;
  withdrawn_by_name: string | null;
  votes: { userId: Approval["askedBy"]; name: string; at: string }[];
}

export const presentApproval = (row: ApprovalRow): Approval => ({
  id: row.id,
  turnId: row.turn_id,
  reviewOf: row.review_of,
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
  why: row.why,
  answer: row.answer,
  revision: row.revision,
  confidence: row.confidence,
  label: row.label,
  readers: row.readers,
  policy: row.policy,
  level: row.level,
  state: row.state,
  version: row.version,
  sameAs: row.same_as,
  votes: row.votes.map(({ at, ...vote }) => ({ ...vote, at: new Date(at) })),
  decision: decisionOf(row),
  withdrawn: withdrawalOf(row),
  due: row.due_step && row.due_at && { step: row.due_step, at: row.due_at },
  createdAt: row.created_at,
});

function decisionOf(row: ApprovalRow): Approval["decision"] {
  const { decision_kind: kind, decided_by: by, decided_by_name: byName, decided_at: at, reason } = row;
  return kind && by && byName !== null && at ? { kind, by, byName, at, reason } : null;
}

function withdrawalOf(row: ApprovalRow): Approval["withdrawn"] {
  const { withdrawn_by: userId, withdrawn_by_name: name, withdrawn_at: at } = row;
  return userId && name !== null && at ? { userId, name, at } : null;
}
