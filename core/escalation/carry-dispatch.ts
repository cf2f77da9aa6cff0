import { systemOf } from "../connections/system-of.ts";
import type { Carried, DispatchCarrier, HeldDispatch } from "../dispatch/dispatch-carrier.ts";
import type { DispatchBody } from "../dispatch/dispatch.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import { askResponders, movePage, notePage } from "./change-page.ts";
import { commentTicket, moveTicket } from "./change-ticket.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import { findLink } from "./held-link.ts";
import { makePage } from "./make-page.ts";
import { makeTicket } from "./make-ticket.ts";
import { tellNews, tellStatus } from "./tell-escalation.ts";

type LinkBody = Exclude<DispatchBody, { kind: "webhook" }>;

/**
 * Carries out what an escalation asks of outside systems; calls of webhooks are another's. What follows from a change
 * made here also shows it: whoever made it may have died before the card was changed.
 */
export const createEscalationCarrier = (ports: EscalationPorts): DispatchCarrier => ({
  carry: async (tenant, held) => await carry(ports, tenant, held, linkBody(held.dispatch.body)),
  async givenUp(tenant, { id, body, begunAt }, connection, error) {
    if (body.kind === "webhook") return;
    const system = systemOf(connection);
    const said = isExpertError(error) ? error.message : "Something went wrong here.";
    if (body.kind !== "ticket_create" && body.kind !== "page_trigger") {
      const { escalation } = await findLink(ports, tenant, body.linkId);
      const left = { what: "not_done", system, wanted: wantedBy[body.kind], error: said } as const;
      await tellNews(ports, tenant, escalation, left, `not done ${id} ${begunAt.toISOString()}`);
      return;
    }
    const failed = await ports.database.withTenant(tenant, ({ escalations }) =>
      escalations.linkFailed(body.linkId, said),
    );
    // It was made after all, and something that follows from it failed.
    if (!failed) return;
    await tellStatus(ports, tenant, failed);
    const news = { what: "failed", system, error: said } as const;
    await tellNews(ports, tenant, failed, news, `failed ${body.linkId} v${String(failed.version)}`);
  },
});

const wantedBy = {
  ticket_comment: "comment",
  page_note: "comment",
  ticket_transition: "move",
  page_acknowledge: "move",
  page_resolve: "move",
  page_responders: "responders",
} as const;

function linkBody(body: DispatchBody): LinkBody {
  if (body.kind !== "webhook") return body;
  throw new ExpertError("internal", "A webhook is no call of an escalation.");
}

async function carry(
  ports: EscalationPorts,
  tenant: TenantId,
  held: HeldDispatch,
  body: LinkBody,
): Promise<Carried> {
  const about = { ...held, tenant, ...(await findLink(ports, tenant, body.linkId)) };
  switch (body.kind) {
    case "ticket_create":
      return await makeTicket(ports, { ...about, body });
    case "ticket_comment":
      return await commentTicket(ports, { ...about, body });
    case "ticket_transition":
      await tellStatus(ports, tenant, about.escalation);
      return await moveTicket(ports, { ...about, body });
    case "page_trigger":
      return await makePage(ports, { ...about, body });
    case "page_acknowledge":
      await tellStatus(ports, tenant, about.escalation);
      return await movePage(ports, { ...about, body }, "acknowledge");
    case "page_resolve":
      await tellStatus(ports, tenant, about.escalation);
      return await movePage(ports, { ...about, body }, "resolve");
    case "page_note":
      return await notePage(ports, { ...about, body });
    case "page_responders":
      return await askResponders(ports, { ...about, body });
  }
}
