import type { Approval } from "../approvals/approval.ts";
import type { Reply } from "../conversation/reply.ts";
import type { TenantId } from "../ids.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";

/** What stands around an escalation as of now. */
export interface AroundEscalation {
  readonly approval: Approval | null;
  readonly reply: Reply | null;
  /** The department's name in the question's language. */
  readonly department: string | null;
}

export async function readAround(
  { database }: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  { turnId, departmentId, language }: Pick<Escalation, "turnId" | "departmentId" | "language">,
): Promise<AroundEscalation> {
  return await database.withTenant(tenant, async ({ approvals, threads, members }) => {
    const [approval, turn, departments] = await Promise.all([
      approvals.ofTurn(turnId),
      threads.turn(turnId),
      members.departments(),
    ]);
    const department = departments.find(({ id }) => id === departmentId);
    return { approval, reply: turn?.reply ?? null, department: department?.name[language] ?? null };
  });
}
