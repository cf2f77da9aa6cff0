import type { Database } from "../database.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import { ExpertError } from "../errors.ts";
import { type ConversationId, type DepartmentId, newId, type TurnId } from "../ids.ts";
import type { Identity } from "../identity/directory.ts";
import { type Inbox, otherQuestion, type Receipt } from "../inbox/inbox.ts";
import type { Queue } from "../queue.ts";
import { detectLanguage } from "../text/language.ts";
import { wakeTurn } from "./wake-turn.ts";
import { conversationTitle } from "./conversation-title.ts";
import { assertAskable, validQuestion } from "./valid-question.ts";

export interface AskedQuestion {
  readonly identity: Identity;
  readonly channel: ChannelName;
  /** The channel's id of the event, unique to the channel of this tenant; null where the person's client gave none. */
  readonly eventId: string | null;
  readonly question: string;
  readonly departmentId: DepartmentId | null;
  /** Null begins a new conversation. */
  readonly conversationId: ConversationId | null;
}

/** Asking again with the same event id gives the first turn and its conversation, whatever became of them since. */
export type AcceptedQuestion = Receipt;

interface ReceivePorts {
  readonly database: Pick<Database, "withTenant">;
  readonly inbox: Inbox;
  readonly queue: Pick<Queue, "enqueue">;
}

/**
 * Accepts a question: once this resolves it is stored and will be answered.
 * Throws `question_empty`, `question_too_long`, `department_unknown`, `not_found` (the conversation),
 * `conflict` (the event id came with another question) or `rate_limited`, changing nothing.
 */
export async function receiveQuestion(ports: ReceivePorts, asked: AskedQuestion): Promise<AcceptedQuestion> {
  const question = validQuestion(asked.question);
  const { member, scope } = asked.identity;
  assertAskable(scope, asked.departmentId);
  const conversationId = asked.conversationId ?? newId<ConversationId>();
  if (
    asked.conversationId !== null &&
    !(await ownsConversation(ports, asked.identity, asked.conversationId))
  ) {
    return await receivedBefore(ports, asked, question);
  }
  const turnId = newId<TurnId>();
  const receipt = await ports.inbox.receive({
    id: turnId,
    tenantId: member.tenantId,
    userId: member.id,
    channel: asked.channel,
    eventId: asked.eventId ?? turnId,
    payload: {
      question,
      departmentId: asked.departmentId,
      conversationId,
      threadKey: `${asked.channel}:${conversationId}`,
      title: conversationTitle(question),
      language: detectLanguage(question),
    },
  });
  await wakeTurn(ports, member.tenantId, receipt.turnId);
  return receipt;
}

const ownsConversation = (
  { database }: ReceivePorts,
  { member }: Identity,
  conversation: ConversationId,
): Promise<boolean> =>
  database.withTenant(member.tenantId, ({ turns }) => turns.ownsConversation(member.id, conversation));

/** The receipt of a question that was accepted before its conversation was deleted; `not_found` where there is none. */
async function receivedBefore(
  { database }: ReceivePorts,
  { identity: { member }, channel, eventId }: AskedQuestion,
  question: string,
): Promise<AcceptedQuestion> {
  const known =
    eventId === null
      ? null
      : await database.withTenant(member.tenantId, ({ turns }) =>
          turns.receivedBefore(member.id, channel, eventId),
        );
  if (!known) {
    throw new ExpertError("not_found", "This conversation does not exist.", { remedy: "Begin a new one." });
  }
  if (known.question !== question) throw otherQuestion();
  return { turnId: known.turnId, conversationId: known.conversationId, fresh: false };
}
