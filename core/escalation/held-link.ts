import type { HeldDispatch } from "../dispatch/dispatch-carrier.ts";
import type { DispatchBody } from "../dispatch/dispatch.ts";
import { ExpertError } from "../errors.ts";
import type { EscalationLinkId, TenantId } from "../ids.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation, EscalationLink } from "./escalation.ts";

/** A call for a ticket or an incident, with what it is about. */
export interface HeldLink<Body extends DispatchBody = DispatchBody> extends HeldDispatch {
  readonly tenant: TenantId;
  readonly body: Body;
  readonly escalation: Escalation;
  readonly link: EscalationLink;
}

/** A link as it stands now. Throws `internal` where it is gone, which nothing does. */
export async function findLink(
  { database }: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  id: EscalationLinkId,
): Promise<Pick<HeldLink, "escalation" | "link">> {
  const escalation = await database.withTenant(tenant, ({ escalations }) => escalations.ofLink(id));
  const link = escalation?.links.find((one) => one.id === id);
  if (escalation && link) return { escalation, link };
  throw new ExpertError("internal", `There is no escalation link ${id}.`);
}
