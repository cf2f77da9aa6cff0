import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { EscalationId, TenantId } from "../ids.ts";
import type { Escalation } from "./escalation.ts";

/** Throws `not_found`. */
export async function findEscalation(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  id: EscalationId,
): Promise<Escalation> {
  const escalation = await database.withTenant(tenant, ({ escalations }) => escalations.find(id));
  if (escalation) return escalation;
  throw new ExpertError("not_found", "This escalation does not exist any more.", {
    remedy: "Look at what is escalated in the web console.",
    facts: { reason: "escalation_gone" satisfies RefusalReason },
  });
}
