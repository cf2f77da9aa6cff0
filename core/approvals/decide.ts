import { byHuman } from "../answering/draft.ts";
import type { HookSystem } from "../connections/hook-receiver.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { ApprovalId } from "../ids.ts";
import type { Approval, ApprovalDecision } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import type { NewVote, Voted } from "./approval-store.ts";
import { refreshCards } from "./cards.ts";
import { findApproval } from "./find-approval.ts";
import { assertMayDecide } from "./may-decide.ts";
import { takeApprovalStep } from "./take-step.ts";
import { writeAnswer, writeReason } from "./write-answer.ts";

/** What a person says of an answer that waits for them. */
export type Decision =
  | { readonly kind: "approve" }
  | { readonly kind: "edit"; readonly text: string }
  /** Reject it, and give the right answer instead. */
  | { readonly kind: "correct"; readonly text: string }
  | { readonly kind: "reject"; readonly reason: string | null }
  /** Answer in the thread themselves. */
  | { readonly kind: "take_over" };

export interface Decide {
  readonly identity: Identity;
  readonly approvalId: ApprovalId;
  readonly decision: Decision;
  /** The wording that the person saw: `revision` of their card. */
  readonly revision: number;
  /** Where they did it, if not here: the outside system that says who they are. */
  readonly via?: HookSystem;
}

/**
 * Counts what a person decides, by one compare-and-set whoever else decides at the same time, and carries it out where it
 * was the last say needed. Throws `not_found`; `forbidden` with the reason; `invalid_input`; and `conflict` where somebody
 * else has decided, naming them, or the words have changed since the person read them. The same again by the person who
 * decided changes nothing.
 */
export async function decide(
  ports: ApprovalPorts,
  { identity, approvalId, decision, revision, via }: Decide,
): Promise<Approval> {
  const { member } = identity;
  const tenant = member.tenantId;
  const approval = await findApproval(ports, tenant, approvalId);
  await assertMayDecide(ports, identity, approval);
  const said = sayOf(approval, decision);
  const elsewhere = via === undefined ? {} : { via };
  const level = approval.policy.levels[approval.level] ?? approval.policy.levels[0];
  const voted = await ports.database.withTenant(tenant, ({ approvals }) =>
    approvals.vote(approval.id, { by: member.id, revision, required: level?.required ?? 1, ...said }, [
      {
        event: "approval.voted",
        status: "success",
        userId: member.id,
        resourceType: "approval",
        resourceId: approval.id,
        metadata: { kind: said.kind, revision, turn: approval.turnId, ...elsewhere },
      },
      // Written only with the vote that decides.
      {
        event: "approval.decided",
        status: "success",
        userId: member.id,
        resourceType: "approval",
        resourceId: approval.id,
        metadata: { kind: said.kind, turn: approval.turnId, ...elsewhere },
      },
    ]),
  );
  return await followUp(ports, identity, voted, said.kind);
}

async function followUp(
  ports: ApprovalPorts,
  { member }: Identity,
  voted: Voted | null,
  kind: ApprovalDecision["kind"],
): Promise<Approval> {
  if (!voted) throw gone();
  const { approval, outcome } = voted;
  if (outcome === "decided") await takeApprovalStep(ports, member.tenantId, approval.id);
  // Also where it is late: a card that showed something older is put right.
  else await refreshCards(ports, member.tenantId, approval);
  if (outcome !== "late") return approval;
  const again = approval.decision?.by === member.id && approval.decision.kind === kind;
  if (again) return approval;
  throw late(approval);
}

const gone = (): ExpertError =>
  new ExpertError("not_found", "This approval does not exist any more.", {
    remedy: "Look at what waits for you in the web console.",
    facts: { reason: "approval_gone" satisfies RefusalReason },
  });

/** To whoever comes after somebody else. */
export function late({ decision, revision }: Approval): ExpertError {
  if (decision === null) {
    return new ExpertError("conflict", "The words of this answer have changed since you read them.", {
      remedy: "Read them again on the card, then decide.",
      facts: { reason: "approval_changed" satisfies RefusalReason, revision },
    });
  }
  const { byName: name, at } = decision;
  return new ExpertError("conflict", `${name} has decided on this already.`, {
    remedy: "The card shows what was decided.",
    facts: { reason: "approval_late" satisfies RefusalReason, name, at: at.toISOString() },
  });
}

function sayOf(
  { answer, reviewOf }: Approval,
  decision: Decision,
): Pick<NewVote, "kind" | "answer" | "reason"> {
  switch (decision.kind) {
    case "approve":
      if (answer === null) {
        throw new ExpertError("invalid_input", "There is no draft to approve.", {
          remedy: "Write the answer, or reject the question with a reason.",
        });
      }
      return { kind: "approved", answer: null, reason: null };
    case "edit": {
      const written = writeAnswer(decision.text, answer, answer?.answeredBy ?? byHuman);
      // Nothing was changed: it is approved as it stands.
      if (written.text === answer?.text) return { kind: "approved", answer: null, reason: null };
      return { kind: "edited", answer: written, reason: null };
    }
    case "correct":
      return { kind: "corrected", answer: writeAnswer(decision.text, answer, byHuman), reason: null };
    case "reject":
      return { kind: "rejected", answer: null, reason: writeReason(decision.reason) };
    case "take_over":
      if (reviewOf !== null) {
        throw new ExpertError("invalid_input", "Nobody waits in a thread for an answer that is reviewed.", {
          remedy: "Approve it again, correct it, or reject it.",
        });
      }
      return { kind: "taken_over", answer: null, reason: null };
  }
}
