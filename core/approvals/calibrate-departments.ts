import type { Database } from "../database.ts";
import type { Department } from "../identity/member.ts";
import type { TenantId } from "../ids.ts";
import type { DepartmentCalibration } from "./calibration/department-calibration.ts";
import { fitIsotonic } from "./calibration/fit-isotonic.ts";
import type { Label } from "./calibration/label.ts";
import { thresholdFor } from "./calibration/threshold-for.ts";
import type { ApprovalPolicy } from "./policy.ts";

interface CalibratePorts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
}

/** So many decisions more, or fewer, are worth computing anew: each computation is another chance to break the budget. */
const worthMore = 10;
/** The latest decisions count; more than any budget of the policy needs. */
const labelsRead = 5_000;

/**
 * Computes from what approvers have decided how far each department's confidences are to be trusted, and from which one its
 * error budget is kept; where there is something new to learn. Tells the number of departments that it was computed for.
 */
export async function calibrateDepartments({ database }: CalibratePorts): Promise<number> {
  let computed = 0;
  for (const { id: tenant } of await database.tenants()) {
    const departments = await database.withTenant(tenant, ({ members }) => members.departments());
    for (const department of departments)
      if (await calibrateDepartment(database, tenant, department)) computed += 1;
  }
  return computed;
}

async function calibrateDepartment(
  database: CalibratePorts["database"],
  tenant: TenantId,
  { id, approval, calibration }: Department,
): Promise<boolean> {
  const labels = await database.withTenant(tenant, ({ approvals }) => approvals.labels(id, labelsRead));
  if (labels.length === 0 || !isWorthIt(labels.length, approval, calibration)) return false;
  await database.withTenant(tenant, ({ members }) => members.setCalibration(id, calibrate(labels, approval)));
  return true;
}

function isWorthIt(given: number, policy: ApprovalPolicy, before: Department["calibration"]): boolean {
  if (before === null) return true;
  if (isUsable(policy) !== (before.sending !== undefined)) return true;
  if (before.sending && !isFor(before.sending, policy)) return true;
  return Math.abs(given - before.labels) >= worthMore;
}

export function calibrate(labels: readonly Label[], policy: ApprovalPolicy): DepartmentCalibration {
  const fitted = fitIsotonic(labels);
  const { error_budget: budget, error_budget_confidence: confidenceLevel } = policy;
  if (budget === null || !isUsable(policy)) return fitted;
  const found = thresholdFor(labels, { budget, confidenceLevel });
  return { ...fitted, sending: { budget, confidenceLevel, ...found } };
}

/** No number of labels shows a budget of nothing, and one of everything needs none. */
const isUsable = ({ error_budget: budget, error_budget_confidence: level }: ApprovalPolicy): boolean =>
  budget !== null && budget > 0 && budget < 1 && level > 0 && level < 1;

/** Whether a threshold was computed for the budget that the policy has now. */
export const isFor = (
  sending: NonNullable<DepartmentCalibration["sending"]>,
  { error_budget: budget, error_budget_confidence: level }: ApprovalPolicy,
): boolean => sending.budget === budget && sending.confidenceLevel === level;
