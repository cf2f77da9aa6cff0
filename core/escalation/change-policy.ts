import { changeableDepartment } from "../approvals/change-policy.ts";
import type { Connection } from "../connections/connection.ts";
import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { Identity, People } from "../identity/directory.ts";
import type { TenantId } from "../ids.ts";
import { makes } from "./choose-links.ts";
import { type EscalationPolicy, escalationPolicy, type EscalationPolicyText } from "./policy.ts";

interface PolicyPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly people: Pick<People, "forget">;
}

/**
 * Keeps what of the department's questions escalates; what was raised before keeps the policy that it was raised with.
 * Throws `department_unknown`, `forbidden`, and `invalid_input` with the fault of each field as a fact, also where a
 * connection is named that there is not.
 */
export async function changeEscalationPolicy(
  { database, people }: PolicyPorts,
  identity: Identity,
  slug: string,
  written: unknown,
): Promise<EscalationPolicy> {
  const { member } = identity;
  const department = changeableDepartment(identity, slug);
  const policy = parseEscalationPolicy(written);
  await assertConnected(database, member.tenantId, policy);
  await database.withTenant(member.tenantId, ({ members }) =>
    members.setEscalationPolicy(department.id, policy satisfies EscalationPolicyText, [
      {
        event: "escalation.policy_changed",
        status: "success",
        userId: member.id,
        resourceType: "department",
        resourceId: department.id,
        metadata: { department: slug, before: department.escalation, after: policy },
      },
    ]),
  );
  people.forget(member.tenantId);
  return policy;
}

/** A policy as somebody has written it; throws `invalid_input` with the fault of each field as a fact. */
export function parseEscalationPolicy(written: unknown): EscalationPolicy {
  const { data, error } = escalationPolicy.safeParse(written);
  if (data) return data;
  throw faulty(error.issues.map(({ path, message }) => [path.join(".") || "policy", message] as const));
}

type Fault = readonly [field: string, fault: string];

async function assertConnected(
  database: PolicyPorts["database"],
  tenant: TenantId,
  { ticket, page }: EscalationPolicy,
): Promise<void> {
  if (ticket === null && page === null) return;
  const known = await database.withTenant(tenant, ({ connections }) => connections.list());
  const faults = [...(ticket ? ticketFaults(ticket, known) : []), ...(page ? pageFaults(page, known) : [])];
  if (faults.length > 0) throw faulty(faults);
}

function ticketFaults(
  { connection: name, project, issue_type }: NonNullable<EscalationPolicy["ticket"]>,
  known: readonly Connection[],
): readonly Fault[] {
  const connection = known.find((one) => one.name === name && makes("ticket", one));
  if (!connection)
    return [["ticket.connection", `there is no connection “${name}” to Jira or ServiceNow; add it first`]];
  if (connection.kind !== "jira") return [];
  return [
    ...(project === null ? [["ticket.project", "Jira needs the key of a project"] as const] : []),
    ...(issue_type === null ? [["ticket.issue_type", "Jira needs the name of an issue type"] as const] : []),
  ];
}

const pageFaults = (
  { connection: name }: NonNullable<EscalationPolicy["page"]>,
  known: readonly Connection[],
): readonly Fault[] =>
  known.some((one) => one.name === name && makes("page", one))
    ? []
    : [["page.connection", `there is no connection “${name}” to PagerDuty; add it first`]];

const faulty = (faults: readonly Fault[]): ExpertError =>
  new ExpertError(
    "invalid_input",
    `The policy is not valid: ${faults.map(([field, fault]) => `${field}: ${fault}`).join("; ")}.`,
    { remedy: "Correct the fields that are named and save it again.", facts: Object.fromEntries(faults) },
  );
