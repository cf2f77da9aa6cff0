import type { Address } from "../delivery/address.ts";
import type { ApprovalPorts } from "../approvals/approval-ports.ts";
import { questionGone } from "../conversation/question-gone.ts";
import type { ThreadTurn } from "../conversation/thread-store.ts";
import type { OutgoingNote, NotePorts } from "../delivery/write-notes.ts";
import { writeNotes } from "../delivery/write-notes.ts";
import type { Identity } from "../identity/directory.ts";
import { refuse } from "../identity/refuse.ts";
import { type HandoffId, newId, type TurnId } from "../ids.ts";
import { type ExpertReach, expertsFor, reachable, type ReachableExpert } from "./experts.ts";
import type { Handoff } from "./handoff.ts";

export interface AskHumanPorts extends NotePorts {
  readonly experts: ExpertReach;
  /** Escalate that a human was asked for; absent where nothing escalates. */
  readonly approvals?: Pick<ApprovalPorts, "escalate">;
}

export interface AskHuman {
  readonly identity: Identity;
  readonly turnId: TurnId;
  /** Whether guests or people of other companies read the thread: they learn no names of the company's people. */
  readonly outside: boolean;
  /** Where the click may be answered for a while, as `passingNames` of an address. */
  readonly passing?: Address;
}

export interface AskedHuman {
  readonly handoff: Handoff;
  /** False where a human had been asked for before. */
  readonly fresh: boolean;
  /** Names of those who were told; nobody where no expert can be reached on this channel; null as in the note. */
  readonly experts: readonly string[] | null;
}

/**
 * Asks for a human in place of the bot: tells the department's experts, and in the thread who was told. While one is asked
 * or answers, it tells again who was asked; after they gave the thread back, it asks anew. Throws `not_found`, `forbidden` where the
 * answer was not the person's, and what the channel throws where nobody could be looked for.
 */
export async function askHuman(
  ports: AskHumanPorts,
  { identity, turnId, outside, passing = {} }: AskHuman,
): Promise<AskedHuman> {
  const { member } = identity;
  const turn = await ports.database.withTenant(member.tenantId, ({ threads }) => threads.turn(turnId));
  if (!turn) throw questionGone();
  if (!turn.shared && turn.userId !== member.id) {
    await refuse(ports, member, {
      resourceType: "turn",
      resourceId: turnId,
      reason: "human_not_yours",
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
  const unnamed = member.roles.includes("guest") || (turn.shared && outside);
  const names = unnamed && experts.length > 0 ? null : experts.map(({ name }) => name);
  // Also where it stood: whoever opened it may have died before telling.
  if (handoff.state === "open") {
    const department = departmentName(identity, turn, handoff);
    await writeNotes(ports, member.tenantId, notesOf(turn, handoff, { department, experts, names, passing }));
    await ports.approvals?.escalate?.(member.tenantId, {
      trigger: "asked_for",
      turnId,
      handoffId: handoff.id,
      by: member.id,
      named: !unnamed,
    });
  }
  return { handoff, fresh, experts: names };
}

const departmentName = (
  { departments }: Identity,
  { language }: ThreadTurn,
  { departmentId }: Handoff,
): string | null => departments.find(({ id }) => id === departmentId)?.name[language] ?? null;

interface Asked {
  readonly department: string | null;
  readonly experts: readonly ReachableExpert[];
  readonly names: readonly string[] | null;
  readonly passing: Address;
}

function notesOf(
  turn: ThreadTurn,
  handoff: Handoff,
  { department, experts, names, passing }: Asked,
): readonly OutgoingNote[] {
  const { id: handoffId, channel, threadKey, address, question, requestedByName: askedBy } = handoff;
  const direct = handoff.shared ? {} : { direct: true as const };
  const told = { about: handoffId, channel, turnId: turn.id, language: turn.language };
  return [
    {
      ...told,
      which: "human_asked",
      threadKey,
      address: { ...address, ...passing },
      note: {
        kind: "human_asked",
        handoffId,
        askedBy,
        department,
        experts: names,
        ...direct,
      },
    },
    ...experts.map(({ id, place }) => ({
      ...told,
      ...place,
      which: `handoff_offered ${id}`,
      note: {
        kind: "handoff_offered" as const,
        handoffId,
        askedBy,
        department,
        question,
        threadKey,
        address,
        ...direct,
      },
    })),
  ];
}
