import type {
  Conversation,
  ConversationStore,
  Feedback,
  TurnRecord,
} from "../../../core/conversation/conversation-store.ts";
import type { TenantId, UserId, ConversationId } from "../../../core/ids.ts";
import type { ChannelName } from "../../../core/delivery/channel-name.ts";
import { isFinished, turnStates } from "../../../core/conversation/turn.ts";
import type { AuditEvent } from "../../../core/audit/audit-event.ts";
import type { Conversation as ConversationRow, Turn as TurnRow, Prisma } from "../prisma/generated/client.ts";
import { type PrismaRunner, writeAudit } from "./prisma-session.ts";
import { decodeCursor, encodeCursor, literally, toPage } from "./page.ts";
import { conversationOf, turnOf, waitingQuestion, waitingQuestions } from "./waiting-questions.ts";

const presentConversation = (row: ConversationRow): Conversation => ({
  id: row.id as Conversation["id"],
  title: row.title,
  departmentId: row.departmentId as Conversation["departmentId"],
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

const presentTurn = (
  row: TurnRow & { feedback: readonly { verdict: string; reason: string | null }[] },
): TurnRecord => {
  const [feedback] = row.feedback;
  return {
    id: row.id as TurnRecord["id"],
    conversationId: row.conversationId as TurnRecord["conversationId"],
    question: row.question,
    state: row.state as TurnRecord["state"],
    departmentId: row.departmentId as TurnRecord["departmentId"],
    createdAt: row.createdAt,
    reply: row.reply as TurnRecord["reply"],
    failure: row.failure as TurnRecord["failure"],
    feedback: feedback ? { verdict: feedback.verdict as Feedback["verdict"], reason: feedback.reason } : null,
  };
};

/** The page shows what was asked on it: a thread of a chat platform is read, and written into, where it is. */
const channel: ChannelName = "web";

const isOpen = (row: ConversationRow, user: UserId): boolean =>
  row.userId === user && row.channel === channel && row.deletedAt === null;

const running = turnStates.filter((state) => !isFinished(state));

export function conversationStore(tenant: TenantId, run: PrismaRunner): ConversationStore {
  /** Changes one conversation of this person, where it is deleted or not as `was` says, and tells of it. */
  const change = (
    user: UserId,
    id: ConversationId,
    was: "there" | "deleted",
    data: Prisma.ConversationUpdateManyMutationInput,
    audit: readonly AuditEvent[],
  ): Promise<Conversation | null> =>
    run(async (transaction) => {
      const [row] = await transaction.conversation.updateManyAndReturn({
        where: { id, userId: user, channel, deletedAt: was === "there" ? null : { not: null } },
        data,
      });
      if (!row) return null;
      await writeAudit(transaction, tenant, audit);
      return presentConversation(row);
    });

  // What waits is read first, here and below: a question that is no longer waiting has become a turn.
  const get: ConversationStore["get"] = (user, id) =>
    run(async (transaction) => {
      const [waiting] = await waitingQuestions(transaction, user, id);
      const row = await transaction.conversation.findUnique({ where: { id } });
      if (!row) return waiting ? conversationOf(waiting) : null;
      return isOpen(row, user) ? presentConversation(row) : null;
    });

  return {
    async list(user, { text, cursor, limit }) {
      const after = decodeCursor(cursor);
      const rows = await run((transaction) =>
        transaction.conversation.findMany({
          where: {
            userId: user,
            channel,
            deletedAt: null,
            ...(text === null
              ? {}
              : {
                  OR: [
                    { title: { contains: literally(text), mode: "insensitive" } },
                    { turns: { some: { question: { contains: literally(text), mode: "insensitive" } } } },
                  ],
                }),
            ...(after
              ? {
                  AND: [
                    { OR: [{ updatedAt: { lt: after.at } }, { updatedAt: after.at, id: { lt: after.id } }] },
                  ],
                }
              : {}),
          },
          orderBy: [{ updatedAt: "desc" }, { id: "desc" }],
          take: limit + 1,
        }),
      );
      return toPage(
        rows,
        limit,
        (row) => encodeCursor({ at: row.updatedAt, id: row.id }),
        presentConversation,
      );
    },
    get,
    turns: (user, id) =>
      run(async (transaction) => {
        const waiting = await waitingQuestions(transaction, user, id);
        const conversation = await transaction.conversation.findUnique({ where: { id } });
        if (conversation && !isOpen(conversation, user)) return [];
        const rows = await transaction.turn.findMany({
          where: { conversationId: id, userId: user },
          include: { feedback: { where: { userId: user } } },
          orderBy: [{ createdAt: "asc" }, { id: "asc" }],
        });
        const begun = new Set(rows.map((row) => row.id));
        return [...rows.map(presentTurn), ...waiting.filter((one) => !begun.has(one.id)).map(turnOf)];
      }),
    turn: (user, id) =>
      run(async (transaction) => {
        const waiting = await waitingQuestion(transaction, user, id);
        if (waiting) return turnOf(waiting);
        const row = await transaction.turn.findFirst({
          where: { id, userId: user, conversation: { channel, deletedAt: null } },
          include: { feedback: { where: { userId: user } } },
        });
        return row && presentTurn(row);
      }),
    rename: (user, id, title, audit) => change(user, id, "there", { title }, audit),
    async remove(user, id, audit) {
      return (await change(user, id, "there", { deletedAt: new Date() }, audit)) !== null;
    },
    async restore(user, id, audit) {
      const restored = await change(user, id, "deleted", { deletedAt: null }, audit);
      return restored ?? (await get(user, id));
    },
    requestCancel: (user, id) =>
      run(async (transaction) => {
        const waiting = await transaction.$executeRaw`
          update inbox set cancel_requested = true
          where id = ${id}::uuid and user_id = ${user}::uuid and taken_at is null`;
        if (waiting > 0) return true;
        const { count } = await transaction.turn.updateMany({
          where: { id, userId: user, state: { in: running } },
          data: { cancelRequested: true },
        });
        return count > 0;
      }),
    setFeedback: (user, id, feedback, audit) =>
      run(async (transaction) => {
        const turn = await transaction.turn.findFirst({
          where: { id, userId: user, conversation: { channel, deletedAt: null } },
          select: { id: true },
        });
        if (!turn) return false;
        const key = { turnId: id, userId: user };
        if (feedback) {
          await transaction.feedback.upsert({
            where: { turnId_userId: key },
            create: { ...key, ...feedback, tenantId: tenant, updatedAt: new Date() },
            update: { ...feedback, updatedAt: new Date() },
          });
        } else {
          await transaction.feedback.deleteMany({ where: key });
        }
        await writeAudit(transaction, tenant, audit);
        return true;
      }),
  };
}
