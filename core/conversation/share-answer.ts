import type { Address } from "../delivery/address.ts";
import { type NotePorts, writeNotes } from "../delivery/write-notes.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import { refuse } from "../identity/refuse.ts";
import type { DocumentId, TurnId } from "../ids.ts";
import type { Reply } from "./reply.ts";
import { type Reason, whyNotShown } from "./show-policy.ts";
import type { ThreadTurn } from "./thread-store.ts";

export interface ShareAnswer {
  readonly identity: Identity;
  /** A question whose answer its asker alone saw. */
  readonly turnId: TurnId;
  /** The thread that everyone sees. Asked for once it is permitted, since it may have to be begun. */
  readonly openThread: () => Promise<{ readonly threadKey: string; readonly address: Address }>;
  /** Whether guests or people of other companies read along there. */
  readonly outside: boolean;
}

type Answer = Extract<Reply, { kind: "answer" }>;

/**
 * Shows everyone in a thread what only its asker saw, where the policy permits it for every document that the answer
 * cites: its department lets answers be shown, it is neither restricted nor limited to certain readers, and outside the
 * company it is one that guests may read. Throws `not_found`, and `forbidden` with the reason. Again it posts and records nothing.
 */
export async function shareAnswer(ports: NotePorts, input: ShareAnswer): Promise<void> {
  const { identity, turnId } = input;
  const { member } = identity;
  const turn = await ports.database.withTenant(member.tenantId, ({ threads }) => threads.turn(turnId));
  if (turn?.reply?.kind !== "answer") {
    throw nothingToShow();
  }
  const { reply } = turn;
  const reason = turn.userId === member.id ? await whyNot(ports, input, turn, reply) : notTheirs;
  if (reason !== null) await refuse(ports, member, { resourceType: "turn", resourceId: turnId, ...reason });
  const { threadKey, address } = await input.openThread();
  await writeNotes(
    ports,
    member.tenantId,
    [
      {
        about: turnId,
        which: `answer_shared ${threadKey}`,
        channel: turn.channel,
        threadKey,
        address,
        turnId,
        language: turn.language,
        note: { kind: "answer_shared", by: member.name, reply: plain(reply) },
      },
    ],
    [
      {
        event: "chat.shared",
        status: "success",
        userId: member.id,
        resourceType: "turn",
        resourceId: turnId,
        metadata: { channel: turn.channel, documents: documentsOf(reply) },
      },
    ],
  );
}

/** What everyone sees says nothing about who may read more. */
const plain = ({ fuller: _fuller, ...answer }: Answer): Answer => answer;

const documentsOf = ({ citations }: Answer): readonly DocumentId[] => [
  ...new Set(citations.map(({ documentId }) => documentId)),
];

/** Of a question that has no answer, or none that its asker alone saw. */
export const nothingToShow = (): ExpertError =>
  new ExpertError("not_found", "There is no answer to show.", {
    remedy: "Ask the question again.",
    facts: { reason: "nothing_to_show" satisfies RefusalReason },
  });

const notTheirs: Reason = {
  reason: "share_not_yours",
  message: "Only whoever asked may show this answer to everyone.",
  remedy: "Ask the question yourself.",
};
const gone: Reason = {
  reason: "share_document_gone",
  message: "A document that this answer cites is gone, or you may not read it any more.",
  remedy: "Ask the question again.",
};
const uncited: Reason = {
  reason: "share_uncited",
  message: "This answer cites no document, so nobody can say who may read it.",
  remedy: "Ask the question again, in the thread.",
};
/** Why the answer may not be shown; null where it may. A file that came with the question is the asker's own to show. */
async function whyNot(
  { database }: NotePorts,
  { identity: { member, scope, departments }, outside }: ShareAnswer,
  { conversationId }: ThreadTurn,
  reply: Answer,
): Promise<Reason | null> {
  if (reply.citations.length === 0) return uncited;
  const cited = await database.withTenant(member.tenantId, async ({ library, attachments }) => {
    const files = new Set<string>((await attachments.of(conversationId, filesKnown)).map(({ id }) => id));
    const ids = documentsOf(reply).filter((id) => !files.has(id));
    return await Promise.all(ids.map((id) => library.get(scope, id)));
  });
  for (const document of cited) {
    const reason = document === null ? gone : whyNotShown(document, departments, outside);
    if (reason !== null) return reason;
  }
  return null;
}

const filesKnown = 20;
