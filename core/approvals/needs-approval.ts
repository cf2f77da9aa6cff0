import type { Reply } from "../conversation/reply.ts";
import type { Sensitivity } from "../identity/access.ts";
import type { ApprovalReason } from "./approval.ts";
import type { ApprovalPolicy } from "./policy.ts";

/** Why a human decides on a reply before it is sent. */
export type RequestReason = Exclude<ApprovalReason, "review" | "resolved">;

/**
 * Why a human decides on a reply before it is sent; null where it is sent at once. What is verified for the same question
 * needs no other human, whatever its label.
 * @param label the strictest of what it rests on; null where it rests on nothing
 * @param threshold the confidence from which an answer is sent without a human
 */
export function whyApproval(
  reply: Extract<Reply, { kind: "answer" | "not_found" }>,
  policy: ApprovalPolicy,
  { label, threshold }: { readonly label: Sensitivity | null; readonly threshold: number },
): RequestReason | null {
  if (reply.kind === "not_found") return policy.ask_when_nothing_found ? "nothing_found" : null;
  if (reply.verified !== undefined) return null;
  if (label !== null && policy.sensitive_labels.includes(label)) return "sensitive";
  if (policy.required_for === "all") return "policy_all";
  if (policy.required_for === "none") return null;
  return reply.confidence.value < threshold ? "low_confidence" : null;
}

/** Whether a reply of this department might wait for a human: then no word of it is shown before that is known. */
export const mayNeedApproval = (policy: ApprovalPolicy): boolean =>
  policy.required_for !== "none" || policy.sensitive_labels.length > 0 || policy.ask_when_nothing_found;
