import type { ApprovalPolicyText } from "../../core/approvals/policy.ts";
import type { ConnectionKind } from "../../core/connections/connection.ts";
import type { DispatchBody, NewDispatch } from "../../core/dispatch/dispatch.ts";
import { createTurnEscalations } from "../../core/escalation/escalate-critical.ts";
import type { Escalation } from "../../core/escalation/escalation.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import type { EscalationPolicyText } from "../../core/escalation/policy.ts";
import { createEscalate, raiseEscalation } from "../../core/escalation/raise.ts";
import { createTellEscalated } from "../../core/escalation/tell-escalated.ts";
import type { RaiseRequest } from "../../core/escalation/raise-request.ts";
import type { ConnectionId, TurnId } from "../../core/ids.ts";
import { type ApprovalBench, approvalBench } from "./approval-bench.ts";
import { escalationPorts } from "./escalation-ports.ts";
import { departmentOf } from "./sample-work.ts";
import { sampleConnection } from "./sample-raise.ts";

/** Operations, connected to Jira as `Tickets` and to PagerDuty as `Pages`; no call is made. */
export interface EscalationBench extends ApprovalBench {
  readonly escalations: EscalationPorts;
  setEscalation(policy: EscalationPolicyText): Promise<void>;
  connect(kind: ConnectionKind, name: string): Promise<ConnectionId>;
  raise(request: Partial<RaiseRequest> & Pick<RaiseRequest, "turnId">): Promise<Escalation | null>;
  /** A question of Operations that was answered at once, and what cites the document that is there. */
  answered(change?: Parameters<ApprovalBench["receive"]>[0]): Promise<TurnId>;
  raisedOf(turnId: TurnId): Promise<Escalation | null>;
  /** What is to be called, in order. */
  calls(): readonly Pick<NewDispatch, "body" | "notBefore">[];
  callsOf(kind: DispatchBody["kind"]): readonly DispatchBody[];
}

export const ticketsAndPages = {
  ticket: { connection: "Tickets", project: "OPS", issue_type: "Task" },
  page: { connection: "Pages" },
} as const satisfies EscalationPolicyText;

export async function escalationBench(
  policy: EscalationPolicyText = {},
  approval: ApprovalPolicyText = { required_for: "none" },
): Promise<EscalationBench> {
  const bench: ApprovalBench = await approvalBench(approval, () => ({
    escalate: (tenant, request) => createEscalate(escalations)(tenant, request),
    tellEscalated: (tenant, told) => createTellEscalated(escalations)(tenant, told),
  }));
  const { database, company, ports } = bench;
  const { tenantId } = company;
  const escalations: EscalationPorts = { ...escalationPorts(ports), ...ports };
  const wide: EscalationBench = {
    ...bench,
    escalations,
    async setEscalation(text) {
      await database.withTenant(tenantId, ({ members }) =>
        members.setEscalationPolicy(departmentOf(company, "operations"), text, []),
      );
    },
    async connect(kind, name) {
      const connection = sampleConnection({ kind, name });
      await database.withTenant(tenantId, ({ connections }) => connections.add(connection, []));
      return connection.id;
    },
    raise: (request) =>
      raiseEscalation(escalations, tenantId, { trigger: "asked_for", by: null, ...request }),
    run: (id, change = {}) => bench.run(id, { escalations: createTurnEscalations(escalations), ...change }),
    async answered(change) {
      const { id } = await bench.receive(change);
      await wide.run(id);
      return id;
    },
    raisedOf: (turnId) => database.withTenant(tenantId, (stores) => stores.escalations.ofTurn(turnId)),
    calls: () =>
      database.tables(tenantId).dispatches.map(({ call: { body, notBefore } }) => ({ body, notBefore })),
    callsOf: (kind) => wide.calls().flatMap(({ body }) => (body.kind === kind ? [body] : [])),
  };
  await wide.connect("jira", "Tickets");
  await wide.connect("pagerduty", "Pages");
  await wide.setEscalation(policy);
  return wide;
}
