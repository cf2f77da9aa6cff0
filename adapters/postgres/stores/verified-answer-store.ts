import type { VerifiedAnswer, VerifiedAnswerStore } from "../../../core/approvals/verified-answer.ts";
import { sensitivities } from "../../../core/identity/access.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

const told = `
  select v.*, u.display_name as approved_by_name from verified_answers v join users u on u.id = v.approved_by`;

const find: Statement = { name: "verified_find", text: `${told} where v.id = $1` };

const ofApproval: Statement = {
  name: "verified_of_approval",
  text: `${told} where v.tenant_id = app_tenant() and v.approval_id = $1`,
};

const any: Statement = {
  name: "verified_any",
  text: `select from verified_answers where tenant_id = app_tenant() and state = 'serving' limit 1`,
};

/** That they are served is asked in words that the index of all those served does not serve. */
const among: Statement = {
  name: "verified_among",
  text: `
    ${told} where v.tenant_id = app_tenant() and v.document_id = any ($1::uuid[]) and coalesce(v.state, '') = 'serving'
      and v.expires_at > $2`,
};

/** A later approval takes the place of an earlier one; the same one again, or an older, changes nothing. */
const keep: Statement = {
  name: "verified_keep",
  text: `
    with kept as (
      insert into verified_answers as v (id, tenant_id, approval_id, turn_id, document_id, department_id, language,
        question, answer, sources, approved_by, approved_at, expires_at)
      select k."id", app_tenant(), k."approvalId", k."turnId", k."documentId", k."departmentId", k."language",
        k."question", k."answer", k."sources", k."approvedBy", k."approvedAt", k."expiresAt"
      from jsonb_to_record($1::jsonb) as k (
        "id" uuid, "approvalId" uuid, "turnId" uuid, "documentId" uuid, "departmentId" uuid, "language" text,
        "question" text, "answer" jsonb, "sources" jsonb, "approvedBy" uuid, "approvedAt" timestamptz,
        "expiresAt" timestamptz)
      on conflict (id) do update set approval_id = excluded.approval_id, turn_id = excluded.turn_id,
        document_id = excluded.document_id, department_id = excluded.department_id, language = excluded.language,
        question = excluded.question, answer = excluded.answer, sources = excluded.sources,
        approved_by = excluded.approved_by, approved_at = excluded.approved_at, expires_at = excluded.expires_at,
        state = 'serving', updated_at = now()
      where v.approval_id <> excluded.approval_id and v.approved_at < excluded.approved_at
      returning id
    ), audited as (${auditInsert(2, "kept", "kept.id")})
    select from kept`,
};

const end: Statement = {
  name: "verified_end",
  text: `
    with ended as (
      update verified_answers set state = $2, updated_at = now()
      where id = $1 and (state = 'serving' or (state = 'questioned' and $2 = 'withdrawn'))
      returning id
    ), audited as (${auditInsert(3, "ended", "ended.id")})
    select from ended`,
};

const strictness = `array[${sensitivities.map((label) => `'${label}'`).join(", ")}]`;

/**
 * What a document holds that was never published, or is served in another version, is not what the answer rests on. And the
 * answer's own document, by which it is found, is held at least as strictly as each of them.
 */
const questionable: Statement = {
  name: "verified_questionable",
  text: `
    ${told}
    where v.tenant_id = app_tenant() and v.state = 'serving' and (v.expires_at <= $1 or exists (
      select from jsonb_to_recordset(v.sources) as s ("documentId" uuid, "contentHash" text)
      where not exists (
        select from documents d where d.id = s."documentId" and d.published_hash = s."contentHash"
          and not exists (
            select from documents own where own.id = v.document_id and (
              array_position(${strictness}, d.sensitivity) > array_position(${strictness}, own.sensitivity)
              or (d.readers is not null and not coalesce(own.readers <@ d.readers, false)))))))
    order by v.approved_at, v.id limit $2`,
};

const serving: Statement = {
  name: "verified_serving",
  text: `
    ${told} where v.tenant_id = app_tenant() and v.state = 'serving' order by v.approved_at desc, v.id desc limit $1`,
};

interface VerifiedRow {
  id: VerifiedAnswer["id"];
  approval_id: VerifiedAnswer["approvalId"];
  turn_id: VerifiedAnswer["turnId"];
  document_id: VerifiedAnswer["documentId"];
  department_id: VerifiedAnswer["departmentId"];
  language: VerifiedAnswer["language"];
  question: string;
  answer: VerifiedAnswer["answer"];
  sources: VerifiedAnswer["sources"];
  approved_by: VerifiedAnswer["approvedBy"];
  approved_by_name: string;
  approved_at: Date;
  expires_at: Date;
  state: VerifiedAnswer["state"];
}

const present = (row: VerifiedRow): VerifiedAnswer => ({
  id: row.id,
  approvalId: row.approval_id,
  turnId: row.turn_id,
  documentId: row.document_id,
  departmentId: row.department_id,
  language: row.language,
  question: row.question,
  answer: row.answer,
  sources: row.sources,
  approvedBy: row.approved_by,
  approvedByName: row.approved_by_name,
  approvedAt: row.approved_at,
  expiresAt: row.expires_at,
  state: row.state,
});

export function verifiedAnswerStore(run: TenantRunner): VerifiedAnswerStore {
  const list = async (statement: Statement, values: unknown[]): Promise<readonly VerifiedAnswer[]> =>
    (await run<VerifiedRow>(statement, values)).map(present);
  const one = async (statement: Statement, values: unknown[]): Promise<VerifiedAnswer | null> => {
    const [answer] = await list(statement, values);
    return answer ?? null;
  };
  return {
    find: (id) => one(find, [id]),
    ofApproval: (id) => one(ofApproval, [id]),
    async any() {
      return (await run(any, [])).length > 0;
    },
    among: (documents, now) => list(among, [documents, now]),
    async keep(answer, audit) {
      await run(keep, [JSON.stringify(answer), auditParameter(audit)]);
    },
    async end(id, state, audit) {
      return (await run(end, [id, state, auditParameter(audit)])).length > 0;
    },
    questionable: (now, limit) => list(questionable, [now, limit]),
    serving: (limit) => list(serving, [limit]),
  };
}
