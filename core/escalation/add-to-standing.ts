import { v5 } from "uuid";
import type { NewDispatch } from "../dispatch/dispatch.ts";
import { wakeDispatches } from "../dispatch/wake-dispatches.ts";
import type { DispatchId, TenantId } from "../ids.ts";
import { subjectOf } from "./choose-links.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import { escalationTexts } from "./escalation-texts.ts";
import type { Escalation, EscalationLink } from "./escalation.ts";
import { productName } from "./product-name.ts";
import type { EscalationTrigger } from "./trigger.ts";

/**
 * Tells those who have the question's ticket or incident already that something more has happened to it. To be done before
 * that is kept; again it changes nothing.
 */
export async function addToStanding(
  ports: Pick<EscalationPorts, "database" | "queue" | "clock">,
  tenant: TenantId,
  { links, raised, language }: Escalation,
  trigger: EscalationTrigger,
): Promise<void> {
  if (raised.some((one) => one.trigger === trigger)) return;
  const text = escalationTexts[language].trigger[trigger];
  const calls = links
    .filter(({ state }) => state !== "failed")
    .map((link): NewDispatch => ({
      id: v5(`raised ${trigger}`, link.id) as DispatchId,
      connectionId: link.connectionId,
      subject: subjectOf(link),
      body: { kind: commentKinds[link.kind], linkId: link.id, by: productName, text },
      notBefore: null,
    }));
  if (calls.length === 0) return;
  await ports.database.withTenant(tenant, ({ dispatches }) => dispatches.write(calls));
  await wakeDispatches(ports, tenant, calls);
}

/** How words are added to what stands elsewhere. */
export const commentKinds = { ticket: "ticket_comment", page: "page_note" } as const satisfies Record<
  EscalationLink["kind"],
  NewDispatch["body"]["kind"]
>;
