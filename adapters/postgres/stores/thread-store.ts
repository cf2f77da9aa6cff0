import type { Thread, ThreadStore, ThreadTurn } from "../../../core/conversation/thread-store.ts";
import type { UserId } from "../../../core/ids.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

const find: Statement = {
  name: "thread_find",
  text: `
    select c.id, c.channel, c.thread_key, c.held_by, u.display_name as holder
    from conversations c left join users u on u.id = c.held_by
    where c.id = $1`,
};

const turnColumns = `
  t.id, t.conversation_id, c.channel, c.thread_key, t.user_id, t.question, t.language, t.department_id, t.state, t.reply,
  c.shared, t.address, t.created_at, t.work -> 'retrieval' ->> 'standaloneQuestion' as standalone_question,
  (select (asked.payload ->> 'departmentId')::uuid from inbox asked where asked.id = t.id) as asked_department_id`;

const turn: Statement = {
  name: "thread_turn",
  text: `select ${turnColumns} from turns t join conversations c on c.id = t.conversation_id where t.id = $1`,
};

const said: Statement = {
  name: "thread_said",
  text: `
    select ${turnColumns}, u.display_name as asker from turns t
    join conversations c on c.id = t.conversation_id and c.deleted_at is null join users u on u.id = t.user_id
    where t.conversation_id = $1 order by t.created_at desc, t.id desc limit $2`,
};

/** The key finds the row, whatever else the message is named by has to agree. */
const turnOfMessage: Statement = {
  name: "thread_turn_of_message",
  text: `
    select turn_id from outbox
    where tenant_id = app_tenant() and message_ref ->> 'activityId' = $2::jsonb ->> 'activityId' and channel = $1
      and message_ref @> $2::jsonb and turn_id is not null
    order by position desc limit 1`,
};

const setFeedback: Statement = {
  name: "thread_feedback",
  text: `
    with seen as (
      select t.id, t.tenant_id from turns t join conversations c on c.id = t.conversation_id
      where t.id = $1 and c.deleted_at is null and (c.shared or t.user_id = $2)
    ), kept as (
      insert into feedback (tenant_id, turn_id, user_id, verdict, reason)
      select tenant_id, id, $2, $3::text, $4 from seen where $3::text is not null
      on conflict (turn_id, user_id) do update set verdict = $3::text, reason = $4, updated_at = now()
    ), taken_back as (
      delete from feedback f using seen where $3::text is null and f.turn_id = seen.id and f.user_id = $2
    ), audited as (${auditInsert(5, "seen", "seen.id")})
    select from seen`,
};

/** Each part by its own index: what runs, what waits for a human, and what waits for a worker. */
const openQuestions: Statement = {
  name: "thread_open_questions",
  text: `
    with unfinished as (
      select id from turns where tenant_id = app_tenant() and user_id = $1 and finished_at is null
      union
      select t.id from handoffs h join turns t on t.id = h.turn_id
      where h.tenant_id = app_tenant() and h.state <> 'closed' and t.user_id = $1
    )
    select ${turnColumns} from unfinished join turns t on t.id = unfinished.id
    join conversations c on c.id = t.conversation_id and c.deleted_at is null
    union all
    select i.id, (i.payload ->> 'conversationId')::uuid, i.channel, i.payload ->> 'threadKey', i.user_id,
      i.payload ->> 'question', i.payload ->> 'language', (i.payload ->> 'departmentId')::uuid, 'received', null,
      coalesce((i.payload ->> 'shared')::boolean, false), coalesce(i.payload -> 'address', '{}'), i.received_at,
      null, (i.payload ->> 'departmentId')::uuid
    from inbox i where i.tenant_id = app_tenant() and i.user_id = $1 and i.taken_at is null
    order by created_at desc, id desc limit $2`,
};

interface ThreadRow {
  id: Thread["conversationId"];
  channel: Thread["channel"];
  thread_key: string;
  held_by: UserId | null;
  holder: string | null;
}

interface TurnRow {
  id: ThreadTurn["id"];
  conversation_id: ThreadTurn["conversationId"];
  channel: ThreadTurn["channel"];
  thread_key: string;
  user_id: UserId;
  question: string;
  language: ThreadTurn["language"];
  department_id: ThreadTurn["departmentId"];
  state: ThreadTurn["state"];
  reply: ThreadTurn["reply"];
  shared: boolean;
  address: ThreadTurn["address"];
  created_at: Date;
  standalone_question: string | null;
  asked_department_id: ThreadTurn["askedDepartmentId"];
}

const present = (row: TurnRow): ThreadTurn => ({
  id: row.id,
  conversationId: row.conversation_id,
  channel: row.channel,
  threadKey: row.thread_key,
  userId: row.user_id,
  question: row.question,
  standaloneQuestion: row.standalone_question ?? row.question,
  askedDepartmentId: row.asked_department_id,
  language: row.language,
  departmentId: row.department_id,
  state: row.state,
  reply: row.reply,
  shared: row.shared,
  address: row.address,
  createdAt: row.created_at,
});

export function threadStore(run: TenantRunner): ThreadStore {
  return {
    async find(id) {
      const [row] = await run<ThreadRow>(find, [id]);
      if (!row) return null;
      return {
        conversationId: row.id,
        channel: row.channel,
        threadKey: row.thread_key,
        heldBy: row.held_by === null ? null : { id: row.held_by, name: row.holder ?? "" },
      };
    },
    async turn(id) {
      const [row] = await run<TurnRow>(turn, [id]);
      return row ? present(row) : null;
    },
    async said(id, limit) {
      const rows = await run<TurnRow & { asker: string }>(said, [id, limit]);
      return rows.map((row) => ({ ...present(row), askedByName: row.asker })).toReversed();
    },
    async turnOfMessage(channel, message) {
      const [row] = await run<{ turn_id: ThreadTurn["id"] }>(turnOfMessage, [
        channel,
        JSON.stringify(message),
      ]);
      return row?.turn_id ?? null;
    },
    async setFeedback(user, id, feedback, audit) {
      const { verdict = null, reason = null } = feedback ?? {};
      return (await run(setFeedback, [id, user, verdict, reason, auditParameter(audit)])).length > 0;
    },
    async openQuestions(user, limit) {
      return (await run<TurnRow>(openQuestions, [user, limit])).map(present);
    },
  };
}
