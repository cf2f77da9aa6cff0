import { byHuman } from "../answering/draft.ts";
import { type Approval, isOpen, type ProposedAnswer } from "../approvals/approval.ts";
import { decide } from "../approvals/decide.ts";
import { mayDecide } from "../approvals/may-decide.ts";
import { takeApprovalStep } from "../approvals/take-step.ts";
import { writeAnswer } from "../approvals/write-answer.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { HookSystem } from "../connections/hook-receiver.ts";
import { isExpertError } from "../errors.ts";
import type { ApprovalId, TenantId, UserId } from "../ids.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import { openApproval } from "./open-approval.ts";
import { openCorrection } from "./open-correction.ts";

/** Somebody who says what the answer is. */
export interface AnswerAuthor {
  /** Null where they are nobody's colleague here. */
  readonly userId: UserId | null;
  readonly name: string;
  readonly email: string | null;
  /** The outside system in which they wrote it, which says who they are; absent: here. */
  readonly via?: HookSystem;
}

export interface GivenAnswer {
  readonly escalation: Pick<
    Escalation,
    "id" | "turnId" | "departmentId" | "named" | "question" | "label" | "readers"
  >;
  /** Markdown; somebody's words, whatever they say. */
  readonly text: string;
  readonly by: AnswerAuthor;
}

/**
 * Takes an answer that was written elsewhere: whoever may decide on the question's approval has decided by it, and of anybody
 * else it is put before those who may. It is learned and sent as any other; where another answer was sent already, it takes
 * the place of that once it is decided. The same again changes nothing. Throws `invalid_input` where there are no words or
 * too many.
 */
export async function takeAnswer(
  ports: EscalationPorts,
  tenant: TenantId,
  { escalation, text, by }: GivenAnswer,
): Promise<void> {
  const answer = writeAnswer(unmarked(text), null, byHuman);
  const found = await approvalOf(ports, tenant, escalation, answer, by);
  const approval =
    found !== null && wasSent(found)
      ? await openCorrection(ports, tenant, found, answer, auditOf(escalation, by))
      : found;
  if (approval === null) return;
  const standing = await standIn(ports, tenant, approval, answer, by);
  await takeApprovalStep(ports, tenant, standing.id);
}

/** Without marks of sources: it rests on none that are known here. */
export const unmarked = (text: string): string =>
  text
    .replaceAll("\u0000", "")
    .toWellFormed()
    .replaceAll(/\[(\d{1,3})\](?!\()/g, "[$1\\]");

/** Also what was taken back since: something was learned by its name. */
const wasSent = ({ state }: Approval): boolean =>
  state === "approved" || state === "corrected" || state === "withdrawn";

/** That on which the answer is decided: where the question waits for an earlier one, that one's. */
async function approvalOf(
  ports: EscalationPorts,
  tenant: TenantId,
  escalation: GivenAnswer["escalation"],
  answer: ProposedAnswer,
  by: AnswerAuthor,
): Promise<Approval | null> {
  const find = async (id: ApprovalId): Promise<Approval | null> =>
    await ports.database.withTenant(tenant, ({ approvals }) => approvals.find(id));
  const standing = await ports.database.withTenant(tenant, ({ approvals }) =>
    approvals.ofTurn(escalation.turnId),
  );
  const own = standing ?? (await openApproval(ports, tenant, escalation, answer, auditOf(escalation, by)));
  return own?.sameAs == null ? own : await find(own.sameAs);
}

/** Decides by it, or proposes it; the approval as it stands then. */
async function standIn(
  ports: EscalationPorts,
  tenant: TenantId,
  approval: Approval,
  answer: ProposedAnswer,
  by: AnswerAuthor,
): Promise<Approval> {
  const decides = by.userId !== null && (await isDecider(ports, tenant, approval, by.userId));
  if (decides && isOpen(approval.state)) {
    const decided = await decideAs(ports, tenant, approval, by, answer);
    if (decided) return decided;
  }
  const proposed =
    (await ports.database.withTenant(tenant, ({ approvals }) =>
      approvals.propose(approval.id, answer, [proposedEvent(approval, by)]),
    )) ?? approval;
  if (!decides || !isOpen(proposed.state)) return proposed;
  return (await decideAs(ports, tenant, proposed, by, answer)) ?? proposed;
}

async function isDecider(
  ports: EscalationPorts,
  tenant: TenantId,
  approval: Approval,
  user: UserId,
): Promise<boolean> {
  const following = await ports.database.withTenant(tenant, ({ approvals }) =>
    approvals.following(approval.id),
  );
  const asks = [approval, ...following].some(({ askedBy }) => askedBy === user);
  return !asks && (await mayDecide(ports, tenant, approval, user));
}

/** Null where the person may not after all, as they have to sign in first, or somebody else was first. */
async function decideAs(
  ports: EscalationPorts,
  tenant: TenantId,
  { id: approvalId, revision }: Approval,
  { userId, via }: AnswerAuthor,
  { text }: ProposedAnswer,
): Promise<Approval | null> {
  const identity = userId === null ? null : await ports.people.identify(tenant, userId);
  if (!identity) return null;
  try {
    const decision = { kind: "correct", text } as const;
    return await decide(ports, {
      identity,
      approvalId,
      decision,
      revision,
      ...(via === undefined ? {} : { via }),
    });
  } catch (error) {
    if (isExpertError(error, "forbidden", "conflict")) return null;
    throw error;
  }
}

const auditOf = ({ id, turnId: turn }: GivenAnswer["escalation"], { userId, via }: AnswerAuthor) =>
  ({
    event: "approval.requested",
    status: "success",
    userId,
    resourceType: "escalation",
    resourceId: id,
    metadata: { turn, why: "resolved", ...(via === undefined ? {} : { via }) },
  }) as const satisfies AuditEvent;

const proposedEvent = ({ id, turnId: turn }: Approval, { userId, via }: AnswerAuthor) =>
  ({
    event: "approval.proposed",
    status: "success",
    userId,
    resourceType: "approval",
    resourceId: id,
    metadata: { turn, why: "resolved", ...(via === undefined ? {} : { via }) },
  }) as const satisfies AuditEvent;
