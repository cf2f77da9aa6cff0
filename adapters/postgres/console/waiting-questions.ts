import type { Conversation, TurnRecord } from "../../../core/conversation/conversation-store.ts";
import type { ConversationId, TurnId, UserId } from "../../../core/ids.ts";
import type { ReceivedQuestion } from "../../../core/inbox/inbox.ts";
import type { Transaction } from "./prisma-session.ts";

/** A person's question on the web that no worker has taken yet. */
export interface WaitingQuestion {
  readonly id: TurnId;
  readonly payload: ReceivedQuestion["payload"];
  readonly receivedAt: Date;
}

interface WaitingRow {
  id: TurnId;
  payload: ReceivedQuestion["payload"];
  received_at: Date;
}

const present = ({ id, payload, received_at: receivedAt }: WaitingRow): WaitingQuestion => ({
  id,
  payload,
  receivedAt,
});

/** Null where it does not wait, or where it was asked in a conversation that is deleted or not this person's. */
export async function waitingQuestion(
  transaction: Transaction,
  user: UserId,
  id: TurnId,
): Promise<WaitingQuestion | null> {
  const [row] = await transaction.$queryRaw<WaitingRow[]>`
    select i.id, i.payload, i.received_at from inbox i
    where i.id = ${id}::uuid and i.user_id = ${user}::uuid and i.channel = 'web' and i.taken_at is null
      and not exists (
      select from conversations c where c.id = (i.payload ->> 'conversationId')::uuid
        and (c.user_id <> i.user_id or c.deleted_at is not null))`;
  return row ? present(row) : null;
}

/** What waits in one conversation, in the order of asking. */
export async function waitingQuestions(
  transaction: Transaction,
  user: UserId,
  conversation: ConversationId,
): Promise<readonly WaitingQuestion[]> {
  const rows = await transaction.$queryRaw<WaitingRow[]>`
    select id, payload, received_at from inbox
    where user_id = ${user}::uuid and channel = 'web' and taken_at is null
      and payload ->> 'conversationId' = ${conversation}
    order by received_at, id`;
  return rows.map(present);
}

/** The turn that it will become. */
export const turnOf = ({ id, payload, receivedAt }: WaitingQuestion): TurnRecord => ({
  id,
  conversationId: payload.conversationId,
  question: payload.question,
  state: "received",
  departmentId: payload.departmentId,
  createdAt: receivedAt,
  reply: null,
  failure: null,
  feedback: null,
});

/** The conversation that it will begin. */
export const conversationOf = ({ payload, receivedAt }: WaitingQuestion): Conversation => ({
  id: payload.conversationId,
  title: payload.title,
  departmentId: payload.departmentId,
  createdAt: receivedAt,
  updatedAt: receivedAt,
});
