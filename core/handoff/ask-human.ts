import type { ThreadTurn } from "../conversation/thread-store.ts";
import type { OutgoingNote, NotePorts } from "../delivery/write-notes.ts";
import { writeNotes } from "../delivery/write-notes.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import { refuse } from "../identity/refuse.ts";
import { type HandoffId, newId, type TurnId } from "../ids.ts";
import { type DirectThread, expertsFor, reachable, type ReachableExpert } from "./experts.ts";
import type { Handoff } from "./handoff.ts";

export interface AskHumanPorts extends NotePorts {
  /** The direct messages with a person of the turn's channel. */
  readonly directThread: DirectThread;
}

export interface AskedHuman {
  readonly handoff: Handoff;
  /** False where a human had been asked for before. */
  readonly fresh: boolean;
  /** Names of those who were told; nobody where no expert can be reached on this channel. */
  readonly experts: readonly string[];
}

/**
 * Asks for a human in place of the bot: tells the department's experts, and in the thread who was told. While one is asked
 * or answers, it tells again who was asked; after they gave the thread back, it asks anew. Throws `not_found`, and `forbidden` where the answer was not the person's.
 */
export async function askHuman(
  ports: AskHumanPorts,
  { identity, turnId }: { readonly identity: Identity; readonly turnId: TurnId },
): Promise<AskedHuman> {
  const { member } = identity;
  const turn = await ports.database.withTenant(member.tenantId, ({ threads }) => threads.turn(turnId));
  if (!turn) throw unknownQuestion();
  if (!turn.shared && turn.userId !== member.id) {
    await refuse(ports, member, {
      resourceType: "turn",
      resourceId: turnId,
      message: "Only whoever asked this can ask a human about it.",
      remedy: "Ask the question yourself.",
    });
  }
  const { handoff, fresh } = await ports.database.withTenant(member.tenantId, ({ handoffs }) =>
    handoffs.open({ id: newId<HandoffId>(), turnId, requestedBy: member.id }, [
      {
        event: "handoff.requested",
        status: "success",
        userId: member.id,
        resourceType: "handoff",
        metadata: { turn: turnId, channel: turn.channel },
      },
    ]),
  );
  const experts = await reachable(
    ports,
    member.tenantId,
    handoff,
    await expertsFor(ports, member.tenantId, handoff, turn),
  );
  // Also where it stood: whoever opened it may have died before telling.
  if (handoff.state === "open") {
    const department = departmentName(identity, turn, handoff);
    await writeNotes(ports, member.tenantId, notesOf(ports, turn, handoff, department, experts));
  }
  return { handoff, fresh, experts: experts.map(({ name }) => name) };
}

const unknownQuestion = (): ExpertError =>
  new ExpertError("not_found", "This question does not exist any more.", { remedy: "Ask it again." });

const departmentName = (
  { departments }: Identity,
  { language }: ThreadTurn,
  { departmentId }: Handoff,
): string | null => departments.find(({ id }) => id === departmentId)?.name[language] ?? null;

function notesOf(
  { directThread }: AskHumanPorts,
  turn: ThreadTurn,
  handoff: Handoff,
  department: string | null,
  experts: readonly ReachableExpert[],
): readonly OutgoingNote[] {
  const { id: handoffId, channel, threadKey, address, question, requestedByName: askedBy } = handoff;
  const told = { about: handoffId, channel, turnId: turn.id, language: turn.language };
  return [
    {
      ...told,
      which: "human_asked",
      threadKey,
      address,
      note: {
        kind: "human_asked",
        handoffId,
        askedBy,
        department,
        experts: experts.map(({ name }) => name),
      },
    },
    ...experts.map(({ id, person }) => ({
      ...told,
      ...directThread(person),
      which: `handoff_offered ${id}`,
      note: {
        kind: "handoff_offered" as const,
        handoffId,
        askedBy,
        department,
        question,
        threadKey,
        address,
      },
    })),
  ];
}
