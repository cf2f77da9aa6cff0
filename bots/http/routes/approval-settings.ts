import { Router, json } from "express";
import { setAway } from "../../../core/approvals/set-away.ts";
import type { ApprovalPorts } from "../../../core/approvals/approval-ports.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import { identityOf } from "../authenticate.ts";
import { type AbsenceView, approvalChannelSchema, setAbsenceSchema } from "../contract/approval.ts";
import { parseInput } from "../http-errors.ts";

/** When a person does not decide, who does meanwhile, and where they get what they decide on. */
export function approvalSettingsRoutes({ approvals: ports }: { readonly approvals: ApprovalPorts }): Router {
  const { database } = ports;
  const router = Router();

  router.get("/me/absence", async (request, response) => {
    response.json(await absenceOf(ports, identityOf(request)));
  });

  router.put("/me/absence", json(), async (request, response) => {
    const identity = identityOf(request);
    const { until, delegate } = parseInput(setAbsenceSchema, request.body);
    await setAway(ports, { identity, away: { until: new Date(until), delegate } });
    response.json(await absenceOf(ports, identity));
  });

  router.delete("/me/absence", async (request, response) => {
    await setAway(ports, { identity: identityOf(request), away: null });
    response.status(204).end();
  });

  router.get("/me/approval-channel", async (request, response) => {
    const { id, tenantId } = identityOf(request).member;
    const [person] = await database.withTenant(tenantId, ({ approvals }) => approvals.people([id]));
    response.json({ channel: person?.channel ?? null });
  });

  router.put("/me/approval-channel", json(), async (request, response) => {
    const { id, tenantId } = identityOf(request).member;
    const { channel } = parseInput(approvalChannelSchema, request.body);
    await database.withTenant(tenantId, ({ members }) => members.setApprovalChannel(id, channel));
    response.json({ channel });
  });
  return router;
}

async function absenceOf({ database }: ApprovalPorts, { member }: Identity): Promise<AbsenceView> {
  return await database.withTenant(member.tenantId, async ({ approvals }) => {
    const away = await approvals.away(member.id);
    const [delegate] = away?.delegate ? await approvals.people([away.delegate]) : [];
    const colleagues = new Map<string, { name: string; email: string }>();
    // Guests decide on nothing, and learn no names of people.
    const departments = member.roles.includes("guest") ? [] : member.departments.keys();
    for (const department of departments)
      for (const { id, name, email } of await approvals.approvers(department, {
        role: "approver",
        emails: [],
      }))
        if (id !== member.id) colleagues.set(email, { name, email });
    return {
      away: away && {
        until: away.until.toISOString(),
        delegate: delegate ? { name: delegate.name, email: delegate.email } : null,
      },
      colleagues: [...colleagues.values()],
    };
  });
}
