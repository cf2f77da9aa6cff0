import type { Escalation } from "../../core/escalation/escalation.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import { raiseEscalation } from "../../core/escalation/raise.ts";
import { tellStatus } from "../../core/escalation/tell-escalation.ts";
import { type ConnectionId, newId, type TurnId } from "../../core/ids.ts";
import { departmentOf, type SampleCompany } from "./sample-work.ts";

/** A question of Operations becomes the ticket OPS-12 in Jira, since somebody asked for a human. */
export async function escalateQuestion(
  ports: EscalationPorts,
  company: SampleCompany,
  turnId: TurnId,
): Promise<Escalation> {
  const { tenantId } = company;
  await ports.database.withTenant(tenantId, async ({ members, connections }) => {
    await connections.add(
      {
        id: newId<ConnectionId>(),
        kind: "jira",
        name: "Jira",
        settings: { base_url: "https://small.atlassian.example" },
        sealedSecrets: null,
        createdBy: null,
      },
      [],
    );
    await members.setEscalationPolicy(
      departmentOf(company, "operations"),
      {
        on: { asked_for: "ticket" },
        ticket: { connection: "Jira", project: "OPS", issue_type: "Task" },
      },
      [],
    );
  });
  const request = { trigger: "asked_for", turnId, by: null, named: true } as const;
  const raised = await raiseEscalation(ports, tenantId, request);
  const [link] = raised?.links ?? [];
  if (!link) throw new Error("the question was not escalated");
  const made = await ports.database.withTenant(tenantId, ({ escalations }) =>
    escalations.linkMade(
      link.id,
      { externalId: "10012", externalKey: "OPS-12", url: "https://small.atlassian.example/browse/OPS-12" },
      [],
    ),
  );
  if (!made) throw new Error("the ticket was not made");
  await tellStatus(ports, tenantId, made);
  return made;
}
