import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { Identity, People } from "../identity/directory.ts";
import type { Department } from "../identity/member.ts";
import { canChangeApproval } from "../identity/policy.ts";
import { type ApprovalPolicy, approvalPolicy, type ApprovalPolicyText } from "./policy.ts";

interface PolicyPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly people: Pick<People, "forget">;
}

/** Departments whose policy this person may read and change. */
export const changeableDepartments = ({ member, departments }: Identity): readonly Department[] =>
  departments.filter((department) => canChangeApproval(member, department));

/** The department whose policy this person may change. Throws `department_unknown` and `forbidden`. */
export function changeableDepartment({ member, departments }: Identity, slug: string): Department {
  const department = departments.find((one) => one.slug === slug);
  if (!department) {
    throw new ExpertError("department_unknown", "There is no such department.", {
      remedy: "Choose one of the list.",
    });
  }
  if (!canChangeApproval(member, department)) {
    throw new ExpertError("forbidden", "Only the department's leads and admins change its policies.", {
      remedy: "Ask a lead of the department.",
    });
  }
  return department;
}

/**
 * Keeps when a human approves the department's answers; approvals that run keep the policy that they began with. Throws
 * `department_unknown`, `forbidden`, and `invalid_input` with the fault of each field as a fact.
 */
export async function changePolicy(
  { database, people }: PolicyPorts,
  identity: Identity,
  slug: string,
  written: unknown,
): Promise<ApprovalPolicy> {
  const { member } = identity;
  const department = changeableDepartment(identity, slug);
  const policy = parsePolicy(written);
  await database.withTenant(member.tenantId, ({ members }) =>
    members.setApprovalPolicy(department.id, policy satisfies ApprovalPolicyText, [
      {
        event: "approval.policy_changed",
        status: "success",
        userId: member.id,
        resourceType: "department",
        resourceId: department.id,
        metadata: { department: slug, before: department.approval, after: policy },
      },
    ]),
  );
  people.forget(member.tenantId);
  return policy;
}

function parsePolicy(written: unknown): ApprovalPolicy {
  const { data, error } = approvalPolicy.safeParse(written);
  if (data) return data;
  const faults = error.issues.map(({ path, message }) => [path.join(".") || "policy", message] as const);
  throw new ExpertError(
    "invalid_input",
    `The policy is not valid: ${faults.map(([field, fault]) => `${field}: ${fault}`).join("; ")}.`,
    { remedy: "Correct the fields that are named and save it again.", facts: Object.fromEntries(faults) },
  );
}
