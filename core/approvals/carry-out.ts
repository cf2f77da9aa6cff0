import type { Reply, Verified } from "../conversation/reply.ts";
import { progressTexts } from "./progress-texts.ts";
import { canRead } from "../identity/access.ts";
import type { TenantId } from "../ids.ts";
import { type Approval, isOpen } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import { offerCards, refreshCards } from "./cards.ts";
import { chooseApprovers } from "./choose-approvers.ts";
import { handOver } from "./hand-over.ts";
import { noteInThread, tellThread } from "./tell-thread.ts";

type Answer = Extract<Reply, { kind: "answer" }>;

/** The note in the thread that brings the answer, and that an undo takes the place of. */
const answerNote = "answer";

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
    case "corrected": {
      const reply = verifiedReply(approval);
      if (reply === null) return;
      if (!(await mayStillRead(ports, tenant, approval))) {
        await keepReply(
          ports,
          tenant,
          approval,
          noAnswer(approval, progressTexts[approval.language].rejected(null)),
        );
        await noteInThread(ports, tenant, approval, "rejected", {
          kind: "approval_rejected",
          by: null,
          reason: null,
        });
        return;
      }
      await keepReply(ports, tenant, approval, reply);
      const askedBy = approval.shared && approval.named ? approval.askedByName : null;
      const note = { kind: "answer_verified", approvalId: approval.id, askedBy, reply } as const;
      await noteInThread(ports, tenant, approval, answerNote, note);
      return;
    }
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
    case "withdrawn": {
      const by = approval.named ? (approval.withdrawn?.name ?? null) : null;
      await keepReply(
        ports,
        tenant,
        approval,
        noAnswer(approval, progressTexts[approval.language].withdrawn(by)),
      );
      const note = { kind: "answer_withdrawn", by } as const;
      await noteInThread(ports, tenant, approval, "withdrawn", note, answerNote);
    }
  }
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
  { turnId }: Approval,
  reply: Reply,
): Promise<void> => database.withTenant(tenant, ({ approvals }) => approvals.replaceReply(turnId, reply));

async function learnFrom({ learning }: ApprovalPorts, tenant: TenantId, approval: Approval): Promise<void> {
  const { state, decision } = approval;
  if (state === "approved" || state === "corrected") await learning.learn(tenant, approval);
  else if (approval.withdrawn) await learning.forget(tenant, approval, approval.withdrawn.userId);
  // A verified answer that a review does not approve again stays out of service.
  else if (state === "rejected" && approval.reviewOf !== null && decision)
    await learning.forget(tenant, approval, decision.by);
}

/** The decided answer as the asker gets it; null where nothing was decided that could be sent. */
function verifiedReply(approval: Approval): Answer | null {
  const { turnId, language, answer, confidence, decision } = approval;
  if (answer === null || decision === null) return null;
  const verified: Verified = { approvalId: approval.id, by: nameOf(approval), at: decision.at.toISOString() };
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
