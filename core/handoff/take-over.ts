import type { ApprovalPorts } from "../approvals/approval-ports.ts";
import type { ThreadTurn } from "../conversation/thread-store.ts";
import { lastingAddress } from "../delivery/address.ts";
import { type NotePorts, type OutgoingNote, writeNotes } from "../delivery/write-notes.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { Member } from "../identity/member.ts";
import { canTakeOver } from "../identity/policy.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import { refuse } from "../identity/refuse.ts";
import type { HandoffId } from "../ids.ts";
import { type DirectPlace, expertsFor } from "./experts.ts";
import { findHandoff } from "./find-handoff.ts";
import type { Handoff } from "./handoff.ts";

/** How many of those who may take a question over are named to somebody who may not. */
const expertsNamed = 5;

interface TakeOverPorts extends NotePorts {
  /** Have a ticket and an incident know that a human answers; absent where nothing escalates. */
  readonly approvals?: Pick<ApprovalPorts, "tellTakenOver">;
}

export interface TakeOver {
  readonly identity: Identity;
  readonly handoffId: HandoffId;
  /** The direct messages with this person. */
  readonly place: DirectPlace;
}

/**
 * Takes a thread over: the bot is silent in it until it is given back. Where its asker alone sees it, nobody else can
 * answer there: it is not held, and expert and asker are told how to reach each other. Throws `not_found`; `forbidden`, naming who may;
 * `conflict`, naming who was first. Again by the same person it changes nothing.
 */
export async function takeOver(
  ports: TakeOverPorts,
  { identity: { member }, handoffId, place }: TakeOver,
): Promise<Handoff> {
  const { handoff, turn } = await findHandoff(ports, member.tenantId, handoffId);
  if (!canTakeOver(member, handoff) || turn.userId === member.id)
    return await refuseExpert(ports, member, handoff, turn);
  const taken = await ports.database.withTenant(member.tenantId, ({ handoffs }) =>
    handoffs.take(handoffId, member.id, [
      {
        event: "handoff.taken",
        status: "success",
        userId: member.id,
        resourceType: "handoff",
        resourceId: handoffId,
        metadata: { turn: turn.id, channel: turn.channel },
      },
    ]),
  );
  const mine = taken ?? (await takenBefore(ports, member, handoffId));
  await writeNotes(ports, member.tenantId, await notesOf(ports, member, handoff, turn, place));
  const by = { userId: member.id, name: member.name };
  await ports.approvals?.tellTakenOver?.(member.tenantId, { turnId: turn.id, about: handoffId, by });
  return mine;
}

async function notesOf(
  ports: NotePorts,
  { tenantId, name }: Member,
  handoff: Handoff,
  turn: ThreadTurn,
  place: DirectPlace,
): Promise<readonly OutgoingNote[]> {
  const { id: handoffId, channel, threadKey, question, requestedByName: askedBy } = handoff;
  const address = lastingAddress(handoff.address);
  const about = { about: handoffId, channel, turnId: turn.id, language: turn.language };
  const inThread = { ...about, which: "taken_over", threadKey, address };
  if (handoff.shared) return [{ ...inThread, note: { kind: "taken_over", handoffId, by: name } }];
  const asker = await ports.database.withTenant(tenantId, ({ members }) => members.member(turn.userId));
  // A guest learns no names of the company's people.
  const expert = asker?.roles.includes("guest") === false ? { name, address: place.address } : null;
  return [
    { ...inThread, note: { kind: "expert_found", expert } },
    {
      ...about,
      ...place,
      which: "asker_waits",
      note: { kind: "asker_waits", handoffId, askedBy, address, question },
    },
  ];
}

/** Where this person has it already, the note may still be to write. */
async function takenBefore(ports: NotePorts, member: Member, id: HandoffId): Promise<Handoff> {
  const { handoff } = await findHandoff(ports, member.tenantId, id);
  if (handoff.state === "taken" && handoff.takenBy === member.id) return handoff;
  if (handoff.state === "taken") {
    const by = handoff.takenByName ?? "Somebody else";
    throw new ExpertError("conflict", `${by} has taken this over already.`, {
      remedy: "Talk to them, or to the thread.",
      facts: { reason: "handoff_taken" satisfies RefusalReason, name: by },
    });
  }
  throw new ExpertError("conflict", "This was answered by a human and given back already.", {
    remedy: "Read the thread; ask again in it if more is needed.",
    facts: { reason: "handoff_closed" satisfies RefusalReason },
  });
}

async function refuseExpert(
  ports: NotePorts,
  member: Member,
  handoff: Handoff,
  turn: ThreadTurn,
): Promise<never> {
  const own = member.id === handoff.requestedBy || member.id === turn.userId;
  // A guest learns no names of the company's people.
  const guest = member.roles.includes("guest");
  const experts = guest ? [] : await expertsFor(ports, member.tenantId, handoff, turn);
  const names = experts.slice(0, expertsNamed).map(({ name }) => name);
  return await refuse(ports, member, {
    resourceType: "handoff",
    resourceId: handoff.id,
    reason: own ? "handoff_own_question" : "handoff_not_expert",
    facts: names.length === 0 ? {} : { names: names.join(", ") },
    message: own
      ? "Nobody takes over a question of their own."
      : "You may not take this over: it is for the department's leads and approvers.",
    remedy: names.length === 0 ? "Leave it to the department." : `These may: ${names.join(", ")}.`,
  });
}
