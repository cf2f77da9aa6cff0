import type { Note } from "../delivery/channel.ts";
import type { Identity } from "../identity/directory.ts";
import type { Department } from "../identity/member.ts";
import type { ApprovalId, TenantId, UserId } from "../ids.ts";
import { type Approval, isOpen } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import type { ApprovalAction, ApprovalView } from "./approval-view.ts";
import { probabilityOf } from "./calibration/fit-isotonic.ts";
import { durationMs } from "./duration.ts";
import { isAllowed } from "./choose-approvers.ts";
import { mayDecide } from "./may-decide.ts";
import { afterWorkingTime } from "./working-time.ts";

type ViewPorts = Pick<ApprovalPorts, "database" | "people" | "onCall" | "clock" | "logger">;

/** An approval as this person sees it now; null where there is none, or it is nothing to them any more. */
export async function presentApproval(
  ports: ViewPorts,
  tenant: TenantId,
  id: ApprovalId,
  viewer: UserId,
): Promise<ApprovalView | null> {
  const [approval, identity] = await Promise.all([
    ports.database.withTenant(tenant, ({ approvals }) => approvals.find(id)),
    ports.people.identify(tenant, viewer),
  ]);
  return approval && identity && (await viewOf(ports, identity, approval));
}

/** The same for an approval that was just read. */
export async function viewOf(
  ports: ViewPorts,
  identity: Identity,
  approval: Approval,
): Promise<ApprovalView> {
  const { member, departments } = identity;
  const [following, decides, reads] = await Promise.all([
    ports.database.withTenant(member.tenantId, ({ approvals }) => approvals.following(approval.id)),
    mayDecide(ports, member.tenantId, approval, member.id),
    isAllowed(ports, member.tenantId, approval, member.id),
  ]);
  const allowed = decides && following.every(({ askedBy }) => askedBy !== member.id);
  // Whoever had a card may have lost since what it takes to read the answer.
  const answer = reads ? approval.answer : null;
  const department = departments.find(({ id }) => id === approval.departmentId);
  return {
    approvalId: approval.id,
    turnId: approval.turnId,
    state: approval.state,
    version: approval.version,
    revision: approval.revision,
    why: approval.why,
    askedBy: approval.askedByName,
    department: department?.name[approval.language] ?? null,
    language: approval.language,
    question: approval.question,
    channel: approval.channel,
    threadKey: approval.threadKey,
    address: approval.address,
    answer,
    confidence: approval.confidence,
    calibrated: calibratedOf(department, approval),
    askedAt: approval.createdAt.toISOString(),
    overdueAt: overdueAt(approval)?.toISOString() ?? null,
    required: approval.policy.levels[approval.level]?.required ?? 1,
    agreed: approval.votes.map(({ name }) => name),
    alsoAsked: following.length,
    decided: decidedOf(approval),
    actions: actionsOf(approval, allowed, member.id),
  };
}

function calibratedOf(
  department: Department | undefined,
  { answer, confidence }: Approval,
): ApprovalView["calibrated"] {
  const calibration = department?.calibration ?? null;
  if (calibration === null || answer === null) return null;
  const probability = probabilityOf(calibration, confidence.value);
  return probability === null ? null : { probability, labels: calibration.labels };
}

/** When the time of the level that is asked is over: what is left of it after the reminder counts from there. */
export function overdueAt({
  state,
  due,
  level,
  policy,
}: Pick<Approval, "state" | "due" | "level" | "policy">): Date | null {
  const asked = policy.levels[level];
  if (state !== "pending" || due === null || asked === undefined) return null;
  const after = (waitMs: number): Date => afterWorkingTime(due.at, waitMs, policy.working_hours);
  switch (due.step) {
    case "offer":
      return after(durationMs(asked.next_after));
    case "remind":
      return after(Math.max(0, durationMs(asked.next_after) - durationMs(asked.remind_after)));
    case "next_level":
      return due.at;
    case "carry_out":
      return null;
  }
}

export function decidedOf({ decision, withdrawn }: Approval): ApprovalView["decided"] {
  if (withdrawn !== null)
    return { kind: "withdrawn", by: withdrawn.name, at: withdrawn.at.toISOString(), reason: null };
  if (decision === null) return null;
  const { kind, byName: by, at, reason } = decision;
  return { kind, by, at: at.toISOString(), reason };
}

function actionsOf(approval: Approval, allowed: boolean, viewer: UserId): readonly ApprovalAction[] {
  const { state, answer, votes } = approval;
  if (!allowed) return [];
  if (state === "approved" || state === "corrected") return ["undo"];
  if (!isOpen(state)) return [];
  const agreed = votes.some(({ userId }) => userId === viewer);
  const onDraft: readonly ApprovalAction[] = answer === null ? [] : agreed ? ["edit"] : ["approve", "edit"];
  return [
    ...onDraft,
    "correct",
    "reject",
    ...(approval.reviewOf === null ? (["take_over"] as const) : []),
    ...(state === "pending" && approval.reviewOf === null ? (["escalate"] as const) : []),
  ];
}

/** Nobody is reminded of what is decided, is not theirs to decide any more, or waits for others than them. */
const isAwaited = ({ decided, answer, actions }: ApprovalView): boolean =>
  decided === null && actions.length > 0 && (answer === null || actions.includes("approve"));

/** What a note shows as it stands right before it is posted; null where there is nothing to show any more. */
export const presentNote =
  (ports: ViewPorts) =>
  async (tenant: TenantId, note: Note): Promise<Note | null> => {
    if (note.kind !== "approval_card") return note;
    const view = await presentApproval(ports, tenant, note.approvalId, note.viewer);
    if (view === null) return null;
    return note.reminder === true && !isAwaited(view) ? null : { ...note, view };
  };
