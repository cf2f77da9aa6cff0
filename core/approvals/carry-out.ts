import type { Reply, Verified } from "../conversation/reply.ts";
import { progressTexts } from "./progress-texts.ts";
import { canRead } from "../identity/access.ts";
import type { TenantId } from "../ids.ts";
import { type Approval, isCorrection, isOpen } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import { offerCards, refreshCards } from "./cards.ts";
import { chooseApprovers } from "./choose-approvers.ts";
import { handOver } from "./hand-over.ts";
import { answerNote, type Asked, correctedOf, standingReply } from "./corrected-answer.ts";
import { noteInThread, tellThread } from "./tell-thread.ts";

type Answer = Extract<Reply, { kind: "answer" }>;

/**
 * Tells what an approval has come to: the asker's thread first, then those who waited for the same answer, then every card;
 * and learns from it. Each part is done once, however often it is tried.
 */
export async function carryOut(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<void> {
  await tellAsker(ports, tenant, approval);
  const following = await ports.database.withTenant(tenant, ({ approvals }) =>
    isOpen(approval.state) ? approvals.following(approval.id) : approvals.decideFollowing(approval.id),
  );
  // What waits with it stays as it is for as long as it waits.
  const { state } = approval;
  for (const other of following) await tellAsker(ports, tenant, isOpen(state) ? { ...other, state } : other);
  if (!isOpen(state)) for (const one of [approval, ...following]) await ports.tellEscalated?.(tenant, one);
  await refreshCards(ports, tenant, approval);
  if (approval.state === "escalated") await offerToRest(ports, tenant, approval);
  await escalate(ports, tenant, approval);
  await learnFrom(ports, tenant, approval);
}

/** Beyond the approvers: what they left until it was overdue, and what one of them rejected without another answer. */
async function escalate(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<void> {
  const { id: approvalId, turnId, state, policy, decision, reviewOf } = approval;
  // Nobody waits for what was asked again because it had expired.
  if (reviewOf !== null) return;
  if (state === "escalated" && policy.on_time_out === "escalate")
    await ports.escalate?.(tenant, { trigger: "overdue", turnId, approvalId, by: null });
  if (state === "rejected")
    await ports.escalate?.(tenant, { trigger: "rejected", turnId, approvalId, by: decision?.by ?? null });
}

/** Whoever decides on what is escalated gets a card, also where it was escalated before their level's turn. */
async function offerToRest(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<void> {
  const { policy, level } = approval;
  for (const asked of policy.levels.slice(level + 1))
    await offerCards(ports, tenant, approval, await chooseApprovers(ports, tenant, approval, asked));
}

async function tellAsker(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<void> {
  if (isCorrection(approval)) {
    await tellCorrected(ports, tenant, approval);
    return;
  }
  // Nobody waits for what was asked again because it had expired.
  if (approval.reviewOf !== null) return;
  switch (approval.state) {
    case "pending":
      return;
    case "escalated":
      await tellThread(
        ports,
        tenant,
        approval,
        approval.policy.on_time_out === "escalate" ? "escalated" : "nobody_decided",
      );
      return;
    case "approved":
    case "corrected":
      await tellAnswer(ports, tenant, approval, approval);
      return;
    case "rejected": {
      const by = nameOf(approval);
      const reason = approval.decision?.reason ?? null;
      const said = progressTexts[approval.language].rejected(by);
      await keepReply(
        ports,
        tenant,
        approval,
        noAnswer(approval, reason === null ? said : `${said}\n\n${reason}`),
      );
      await noteInThread(ports, tenant, approval, "rejected", { kind: "approval_rejected", by, reason });
      return;
    }
    case "taken_over":
      await handOver(ports, tenant, approval);
      return;
    case "withdrawn":
      await tellWithdrawn(ports, tenant, approval, approval);
  }
}

/**
 * Puts a corrected answer in the place of what was sent, for everyone who got that, or takes the corrected one back. Where
 * it was rejected, nobody hears of it: what was sent stands.
 */
async function tellCorrected(ports: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<void> {
  const { state } = approval;
  if (state !== "approved" && state !== "corrected" && state !== "withdrawn") return;
  for (const asked of await correctedOf(ports, tenant, approval)) {
    if (state === "withdrawn") await tellWithdrawn(ports, tenant, approval, asked);
    else await tellAnswer(ports, tenant, approval, asked);
  }
}

/** @param asked the question that is answered: the approval's own but for a correction */
async function tellAnswer(
  ports: ApprovalPorts,
  tenant: TenantId,
  approval: Approval,
  asked: Asked,
): Promise<void> {
  const standing = await standingReply(ports, tenant, asked);
  const reply = verifiedReply(approval, asked, standing);
  if (reply === null) return;
  const isFirst = asked.id === approval.id;
  const place = (which: string): [string, string?] =>
    isFirst ? [which] : [`${which} ${approval.id}`, answerNote];
  if (!(await mayStillRead(ports, tenant, { ...approval, ...asked }))) {
    const note = { kind: "approval_rejected", by: null, reason: null } as const;
    const [which, replaces] = place("rejected");
    await noteInThread(ports, tenant, asked, which, note, replaces);
    const said = progressTexts[asked.language].rejected(null);
    await keepReply(ports, tenant, asked, noAnswer({ ...approval, ...asked }, said));
    return;
  }
  const askedBy = asked.shared && asked.named ? asked.askedByName : null;
  const note = { kind: "answer_verified", approvalId: approval.id, askedBy, reply } as const;
  const [which, replaces] = place(answerNote);
  await noteInThread(ports, tenant, asked, which, note, replaces);
  // After the note: whoever tries again reads what stood before it.
  await keepReply(ports, tenant, asked, reply);
}

async function tellWithdrawn(
  ports: ApprovalPorts,
  tenant: TenantId,
  approval: Approval,
  asked: Asked,
): Promise<void> {
  const by = asked.named ? (approval.withdrawn?.name ?? null) : null;
  const standing = await standingReply(ports, tenant, asked);
  // Another answer has taken its place.
  if (standing?.verified && standing.verified.approvalId !== approval.id) return;
  const said = progressTexts[asked.language].withdrawn(by);
  await keepReply(ports, tenant, asked, noAnswer({ ...approval, ...asked }, said));
  const which = asked.id === approval.id ? "withdrawn" : `withdrawn ${approval.id}`;
  await noteInThread(ports, tenant, asked, which, { kind: "answer_withdrawn", by }, answerNote);
}

/** Whoever asked may have lost since what it takes to read the answer; a shared thread's readers stay where they leave. */
async function mayStillRead(
  { people }: ApprovalPorts,
  tenant: TenantId,
  { askedBy, shared, departmentId, label, readers }: Approval,
): Promise<boolean> {
  const identity = await people.identify(tenant, askedBy);
  if (!identity) return shared;
  return departmentId === null || canRead(identity.scope, { departmentId, sensitivity: label, readers });
}

const keepReply = (
  { database }: ApprovalPorts,
  tenant: TenantId,
  { turnId }: Asked,
  reply: Reply,
): Promise<void> => database.withTenant(tenant, ({ approvals }) => approvals.replaceReply(turnId, reply));

async function learnFrom({ learning }: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<void> {
  const { state, decision } = approval;
  if (state === "approved" || state === "corrected") await learning.learn(tenant, approval);
  else if (approval.withdrawn) await learning.forget(tenant, approval, approval.withdrawn.userId);
  // A verified answer that a review does not approve again stays out of service.
  else if (state === "rejected" && approval.reviewOf !== null && !isCorrection(approval) && decision)
    await learning.forget(tenant, approval, decision.by);
}

/** The decided answer as the asker gets it in place of what stands; null where nothing was decided that could be sent. */
function verifiedReply(
  { id, answer, confidence, decision }: Approval,
  { turnId, language, named }: Asked,
  standing: Answer | null,
): Answer | null {
  if (answer === null || decision === null) return null;
  // Another answer was given after it.
  if (standing?.verified && standing.verified.at > decision.at.toISOString()) return null;
  // Told before, it is told the same again.
  const corrects =
    standing !== null && (standing.verified?.approvalId !== id || standing.verified.corrects === true);
  const verified: Verified = {
    approvalId: id,
    by: named ? decision.byName : null,
    at: decision.at.toISOString(),
    ...(corrects && { corrects }),
  };
  return { kind: "answer", turnId, language, ...answer, confidence, verified };
}

const noAnswer = ({ turnId, language, confidence }: Approval, text: string): Reply => ({
  kind: "not_found",
  turnId,
  language,
  text,
  nearest: [],
  confidence,
});

const nameOf = ({ named, decision }: Approval): string | null => (named ? (decision?.byName ?? null) : null);
