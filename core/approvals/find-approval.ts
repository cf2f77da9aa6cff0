import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { ApprovalId, TenantId } from "../ids.ts";
import type { Approval } from "./approval.ts";

/** The approval that is decided: where it goes together with an earlier one, that one. Throws `not_found`. */
export async function findApproval(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  id: ApprovalId,
): Promise<Approval> {
  return await database.withTenant(tenant, async ({ approvals }) => {
    const approval = await approvals.find(id);
    const leading = approval?.sameAs ? await approvals.find(approval.sameAs) : approval;
    if (leading) return leading;
    throw new ExpertError("not_found", "This approval does not exist any more.", {
      remedy: "Look at what waits for you in the web console.",
      facts: { reason: "approval_gone" satisfies RefusalReason },
    });
  });
}
