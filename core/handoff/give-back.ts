import type { ThreadTurn } from "../conversation/thread-store.ts";
import { type NotePorts, writeNotes } from "../delivery/write-notes.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { Member } from "../identity/member.ts";
import { canGiveBack } from "../identity/policy.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import { refuse } from "../identity/refuse.ts";
import type { HandoffId } from "../ids.ts";
import { findHandoff } from "./find-handoff.ts";
import type { Handoff } from "./handoff.ts";

/**
 * Lets the bot answer in the thread again: by whoever has taken it over, or a lead. Where its asker alone sees it, they are
 * told that the expert is done. Throws `not_found`, `forbidden`, and
 * `conflict` where nobody has it, or the thread was taken over once more since. Again it changes nothing.
 */
export async function giveBack(
  ports: NotePorts,
  { identity: { member }, handoffId }: { readonly identity: Identity; readonly handoffId: HandoffId },
): Promise<Handoff> {
  const { handoff, turn } = await findHandoff(ports, member.tenantId, handoffId);
  const { takenBy } = handoff;
  if (takenBy === null) {
    throw new ExpertError("conflict", "Nobody has taken this over yet.", {
      remedy: "Take it over first.",
      facts: { reason: "handoff_not_taken" satisfies RefusalReason },
    });
  }
  if (!canGiveBack(member, { ...handoff, takenBy })) {
    await refuse(ports, member, {
      resourceType: "handoff",
      resourceId: handoffId,
      reason: "give_back_not_yours",
      ...(handoff.takenByName !== null && { facts: { name: handoff.takenByName } }),
      message: "You may not give this back to the bot.",
      remedy: `Ask ${handoff.takenByName ?? "whoever has taken it over"}, or a lead of the department.`,
    });
  }
  const given = await ports.database.withTenant(member.tenantId, ({ handoffs }) =>
    handoffs.giveBack(handoffId, takenBy, [
      {
        event: "handoff.returned",
        status: "success",
        userId: member.id,
        resourceType: "handoff",
        resourceId: handoffId,
        metadata: { turn: turn.id, channel: turn.channel },
      },
    ]),
  );
  await writeNotes(ports, member.tenantId, [
    {
      about: handoffId,
      which: "given_back",
      channel: handoff.channel,
      threadKey: handoff.threadKey,
      address: handoff.address,
      turnId: turn.id,
      language: turn.language,
      note: handoff.shared
        ? { kind: "given_back", by: member.name }
        : { kind: "request_closed", by: await nameForAsker(ports, member, turn) },
    },
  ]);
  if (given) return given;
  // By an older button, after a human was asked and took over once more.
  const held = await ports.database.withTenant(member.tenantId, ({ threads }) =>
    threads.find(handoff.conversationId),
  );
  if (held?.heldBy) {
    const { name } = held.heldBy;
    throw new ExpertError("conflict", `This was given back already, and ${name} has the thread now.`, {
      remedy: "Use the newest “Give back” in the thread.",
      facts: { heldBy: name },
    });
  }
  return handoff;
}

/** A guest learns no names of the company's people. */
async function nameForAsker(
  { database }: NotePorts,
  { tenantId, name }: Member,
  { userId }: ThreadTurn,
): Promise<string | null> {
  const asker = await database.withTenant(tenantId, ({ members }) => members.member(userId));
  return asker?.roles.includes("guest") === false ? name : null;
}
