import { writeNotes } from "../delivery/write-notes.ts";
import { v5 } from "uuid";
import type { HandoffId, TenantId } from "../ids.ts";
import type { Approval } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import { findPlace } from "./cards.ts";
import { tellThread } from "./tell-thread.ts";

/**
 * Gives the thread to whoever took it over instead of deciding: the bot is silent in it until they give it back. In a thread
 * that its asker alone sees, the two are told how to reach each other.
 */
export async function handOver(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<void> {
  const { decision, turnId, language, channel, threadKey, address, named } = approval;
  if (!decision) return;
  const audit = {
    status: "success",
    userId: decision.by,
    resourceType: "handoff",
    metadata: { turn: turnId, channel, approval: approval.id },
  } as const;
  const handoff = await ports.database.withTenant(tenant, async ({ handoffs }) => {
    const id = v5("taken over", approval.id) as HandoffId;
    const opened = await handoffs.open({ id, turnId, requestedBy: approval.askedBy }, [
      { event: "handoff.requested", ...audit },
    ]);
    const taken = await handoffs.take(opened.handoff.id, decision.by, [{ event: "handoff.taken", ...audit }]);
    return taken ?? opened.handoff;
  });
  const told = { about: approval.id, turnId, language };
  if (handoff.shared) {
    await writeNotes(ports, tenant, [
      {
        ...told,
        which: "taken_over",
        channel,
        threadKey,
        address,
        note: { kind: "taken_over", handoffId: handoff.id, by: decision.byName },
      },
    ]);
    return;
  }
  const [approver] = await ports.database.withTenant(tenant, ({ approvals }) =>
    approvals.people([decision.by]),
  );
  const found = approver ? await findPlace(ports, tenant, approver) : null;
  if (found?.channel !== channel) {
    await tellThread(ports, tenant, approval, "taken_over", [{ name: decision.byName }]);
    return;
  }
  const expert = named ? { name: decision.byName, address: found.place.address } : null;
  await writeNotes(ports, tenant, [
    { ...told, which: "expert_found", channel, threadKey, address, note: { kind: "expert_found", expert } },
    {
      ...told,
      which: "asker_waits",
      channel: found.channel,
      ...found.place,
      note: {
        kind: "asker_waits",
        handoffId: handoff.id,
        askedBy: approval.askedByName,
        address,
        question: approval.question,
      },
    },
  ]);
}
