import { v5 } from "uuid";
import type { Address } from "../delivery/address.ts";
import type { Identity } from "../identity/directory.ts";
import { refuse } from "../identity/refuse.ts";
import type { AttachmentId, ConversationId, PassageId, TurnId } from "../ids.ts";
import type { TakenEvent } from "../inbox/event-store.ts";
import type { Receipt } from "../inbox/inbox.ts";
import { type AskInThreadPorts, askInThread, conversationOf } from "./ask-in-thread.ts";
import { questionGone } from "./question-gone.ts";
import { questionLengthLimit } from "./question-length.ts";
import type { ThreadTurn } from "./thread-store.ts";

export interface AskFuller {
  readonly event: Pick<TakenEvent, "id" | "tenantId" | "channel">;
  readonly identity: Identity;
  /** The question that was answered for everyone. */
  readonly turnId: TurnId;
  /** Of a thread that the asker alone sees. */
  readonly threadKey: string;
  readonly address: Address;
}

/** Files that are known to the fuller answer, and their passages: as many as to any answer. */
const filesCopied = 20;
const passagesCopied = 400;

/**
 * Asks a question of a shared thread again for its asker alone, with all that they may read. Only the asker may, and is
 * told so in plain words otherwise (`forbidden`); `not_found` where there is no such question.
 */
export async function askFuller(ports: AskInThreadPorts, asked: AskFuller): Promise<Receipt> {
  const { event, identity, turnId, threadKey, address } = asked;
  const { member } = identity;
  const turn = await ports.database.withTenant(member.tenantId, ({ threads }) => threads.turn(turnId));
  if (!turn) {
    throw questionGone();
  }
  if (turn.userId !== member.id) {
    await refuse(ports, member, {
      resourceType: "turn",
      resourceId: turnId,
      reason: "fuller_not_yours",
      message: "The fuller answer is for whoever asked.",
      remedy: "Ask the question yourself: you get what you may read.",
    });
  }
  await copyFiles(ports, turn, event, conversationOf(event.tenantId, threadKey));
  const { standaloneQuestion: apart, question } = turn;
  return await askInThread(ports, {
    event,
    identity,
    // The new thread lacks what a follow-up leans on.
    question: apart.length <= questionLengthLimit ? apart : question,
    departmentId: turn.askedDepartmentId,
    threadKey,
    shared: false,
    placeScope: null,
    address,
  });
}

/** The files that the shared answer knew. Their new ids are made of the new question's: they are added once. */
async function copyFiles(
  { database }: AskInThreadPorts,
  from: ThreadTurn,
  { id: turnId, tenantId }: AskFuller["event"],
  conversationId: ConversationId,
): Promise<void> {
  await database.withTenant(tenantId, async ({ attachments }) => {
    const files = await attachments.of(from.conversationId, filesCopied);
    // What could not be read is told of with the question that it came with.
    const known = files.filter((file) => file.turnId === from.id || file.state === "read");
    if (known.length === 0) return;
    const passages = await attachments.passages(from.conversationId, passagesCopied);
    await attachments.add(
      known.map((file) => {
        const id = v5(file.id, turnId) as AttachmentId;
        return {
          ...file,
          id,
          turnId,
          conversationId,
          passages: passages
            .filter(({ attachmentId }) => attachmentId === file.id)
            .map((passage) => ({ ...passage, id: v5(passage.id, turnId) as PassageId, attachmentId: id })),
        };
      }),
    );
  });
}
