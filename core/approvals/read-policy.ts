import { type ApprovalPolicy, approvalPolicy, noApproval } from "./policy.ts";

/** Where nobody can tell what a department wanted, a human sees every answer. */
const everyAnswer: ApprovalPolicy = approvalPolicy.parse({ required_for: "all" });

/**
 * A policy as it is kept (null: none was written). One that cannot be read, such as a newer version's, must not let answers
 * out that somebody wanted to see: it is taken to want an approval for every answer, and told apart by its `fault`.
 */
export function readPolicy(kept: unknown): { readonly policy: ApprovalPolicy; readonly fault: Error | null } {
  if (kept === null || kept === undefined) return { policy: noApproval, fault: null };
  const { data, error } = approvalPolicy.safeParse(kept);
  return data ? { policy: data, fault: null } : { policy: everyAnswer, fault: error };
}
