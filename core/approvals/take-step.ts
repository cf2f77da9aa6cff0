import { ExpertError } from "../errors.ts";
import type { ApprovalId, TenantId } from "../ids.ts";
import type { Approval, ApprovalStep } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import type { HeldApproval } from "./approval-store.ts";
import { offerCards, refreshCards, remindApprovers } from "./cards.ts";
import { carryOut } from "./carry-out.ts";
import { chooseApprovers } from "./choose-approvers.ts";
import { durationMs } from "./duration.ts";
import { tellThread } from "./tell-thread.ts";
import { afterWorkingTime } from "./working-time.ts";

/** How long a worker holds an approval while it takes a step. */
const stepLeaseMs = 30_000;

type Due = Approval["due"];

/**
 * Takes the step of an approval that is due, and then the next, until none is. What an interrupted process began is done
 * again, and posts nothing twice. Wakes itself for what is due later; a wake-up that is lost is found by the sweeper.
 */
export async function takeApprovalStep(
  ports: ApprovalPorts,
  tenant: TenantId,
  id: ApprovalId,
): Promise<void> {
  for (;;) {
    const held = await ports.database.withTenant(tenant, ({ approvals }) =>
      approvals.takeDue(id, ports.clock.now(), stepLeaseMs),
    );
    if (!held) return;
    const next = await steps[held.step](ports, tenant, held.approval);
    const settled = await ports.database.withTenant(tenant, ({ approvals }) =>
      approvals.settleStep(held, next),
    );
    if (settled && next.due !== null && next.due.at > ports.clock.now()) {
      await wakeAt(ports, tenant, held, next.due);
      return;
    }
  }
}

interface NextStep {
  readonly due: Due;
  readonly level: number;
}

const steps: Readonly<
  Record<ApprovalStep, (ports: ApprovalPorts, tenant: TenantId, approval: Approval) => Promise<NextStep>>
> = { offer, remind, next_level: nextLevel, carry_out: finish };

async function wakeAt(
  { queue, clock, logger }: ApprovalPorts,
  tenantId: TenantId,
  { approval: { id: approvalId } }: HeldApproval,
  due: NonNullable<Due>,
): Promise<void> {
  try {
    await queue.enqueue(
      "approval",
      { tenantId, approvalId },
      {
        key: `approval-${approvalId}-${due.step}-${String(due.at.getTime())}`,
        delayMs: Math.max(0, due.at.getTime() - clock.now().getTime()),
      },
    );
  } catch (error) {
    logger.warn("an approval could not be woken later", { approval: approvalId, error });
  }
}

/** Asks the level's approvers; where it has none, the next level is asked at once. */
async function offer(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<NextStep> {
  const { level, policy, sameAs } = approval;
  // Decided together with an earlier one, whose cards tell of it.
  if (sameAs !== null) {
    await tellLeader(ports, tenant, approval, sameAs);
    return { due: null, level };
  }
  // Whoever has a card already decides on other words now, and is told so.
  if (approval.why === "resolved") {
    await refreshCards(ports, tenant, approval);
    await remindApprovers(ports, tenant, approval, `v${String(approval.version)}`);
  }
  const asked = levelOf(approval);
  const approvers = await chooseApprovers(ports, tenant, approval, asked);
  await offerCards(ports, tenant, approval, approvers);
  const now = ports.clock.now();
  if (approvers.length === 0) return { due: { step: "next_level", at: now }, level };
  if (level > 0) {
    const following = await ports.database.withTenant(tenant, ({ approvals }) =>
      approvals.following(approval.id),
    );
    for (const waiting of [approval, ...following])
      await tellThread(ports, tenant, { ...waiting, level }, "asked_others", approvers);
  }
  const remindAfterMs = durationMs(asked.remind_after);
  const nextAfterMs = durationMs(asked.next_after);
  return remindAfterMs < nextAfterMs
    ? { due: { step: "remind", at: afterWorkingTime(now, remindAfterMs, policy.working_hours) }, level }
    : { due: { step: "next_level", at: afterWorkingTime(now, nextAfterMs, policy.working_hours) }, level };
}

async function tellLeader(
  ports: ApprovalPorts,
  tenant: TenantId,
  { id }: Approval,
  sameAs: ApprovalId,
): Promise<void> {
  const leading = await ports.database.withTenant(tenant, ({ approvals }) => approvals.find(sameAs));
  if (leading) await refreshCards(ports, tenant, leading, `v${String(leading.version)} with ${id}`);
}

async function remind(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<NextStep> {
  const { level, policy } = approval;
  await remindApprovers(ports, tenant, approval);
  // Whoever is on call or back by now, or could not be reached before, gets a card.
  const approvers = await chooseApprovers(ports, tenant, approval, levelOf(approval));
  await offerCards(ports, tenant, approval, approvers);
  const { remind_after, next_after } = levelOf(approval);
  const restMs = Math.max(1, durationMs(next_after) - durationMs(remind_after));
  const at = afterWorkingTime(ports.clock.now(), restMs, policy.working_hours);
  return { due: { step: "next_level", at }, level };
}

/** Asks the next level, and after the last leaves it to the escalation. */
async function nextLevel(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<NextStep> {
  const { id, level, policy } = approval;
  if (level + 1 < policy.levels.length)
    return { due: { step: "offer", at: ports.clock.now() }, level: level + 1 };
  // What follows from it is due at once.
  await ports.database.withTenant(tenant, ({ approvals }) =>
    approvals.escalate(id, null, [
      {
        event: "approval.escalated",
        status: "success",
        userId: null,
        resourceType: "approval",
        resourceId: id,
        metadata: { turn: approval.turnId, why: "overdue" },
      },
    ]),
  );
  return { due: null, level };
}

async function finish(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<NextStep> {
  await carryOut(ports, tenant, approval);
  return { due: null, level: approval.level };
}

function levelOf({ policy, level }: Approval): Approval["policy"]["levels"][number] {
  const asked = policy.levels[level] ?? policy.levels.at(-1);
  if (!asked) throw new ExpertError("internal", "An approval's policy names no level.");
  return asked;
}
