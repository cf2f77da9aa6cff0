import type { TenantId } from "../ids.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import { moveBody } from "./state-calls.ts";

/**
 * Before something that is resolved is opened again: what was told to end counts as ended. When its vendor says so at last,
 * that is no new end, and resolves nothing that is open again. Whatever happens there later is newer, and counts.
 */
export async function countAsResolved(
  { database }: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  escalation: Escalation,
): Promise<Escalation> {
  let now = escalation;
  for (const link of escalation.links) {
    const { state, externalId, key, externalKey, url, assignees, resolution } = link;
    const stands = state === "open" || state === "acknowledged";
    if (!stands || moveBody(link, escalation.policy, "resolve") === null) continue;
    const at = link.changedAt ?? link.createdAt ?? escalation.createdAt;
    const ended = {
      at,
      state: "resolved",
      status: link.status ?? "",
      assignees,
      resolution,
      by: null,
    } as const;
    const kept = await database.withTenant(tenant, ({ escalations }) =>
      escalations.change(link.id, { externalId, key, externalKey, url, ...ended }, []),
    );
    now = kept?.escalation ?? now;
  }
  return now;
}
