import type { Identity } from "../identity/directory.ts";
import type { DepartmentId } from "../ids.ts";
import type { Approval } from "./approval.ts";
import type { ChooseApproversPorts } from "./choose-approvers.ts";
import { decidesOn } from "./may-decide.ts";

/** More than this many are not listed at once; the oldest come first. */
export const waitingLimit = 200;

/** Open approvals that this person may decide on now, oldest first. */
export async function approvalsWaiting(
  ports: ChooseApproversPorts,
  identity: Identity,
): Promise<readonly Approval[]> {
  const { tenantId, id } = identity.member;
  const open = await ports.database.withTenant(tenantId, ({ approvals }) =>
    approvals.waitingFor(id, departmentsOf(identity), waitingLimit),
  );
  return await theirs(ports, identity, open);
}

export interface DecidedApprovals {
  readonly approvals: readonly Approval[];
  /** The moment before which the next ones were decided; null where there are none. */
  readonly next: Date | null;
}

/** Decided ones that this person decided or could have, newest first, decided before then. */
export async function approvalsDecided(
  ports: ChooseApproversPorts,
  identity: Identity,
  { before, limit }: { readonly before: Date | null; readonly limit: number },
): Promise<DecidedApprovals> {
  const { tenantId, id } = identity.member;
  const decided = await ports.database.withTenant(tenantId, ({ approvals }) =>
    approvals.decidedFor(id, departmentsOf(identity), before, limit),
  );
  const last = decided.length < limit ? null : decided.at(-1);
  return {
    approvals: await theirs(ports, identity, decided),
    next: last?.decision?.at ?? null,
  };
}

const departmentsOf = ({ scope }: Identity): readonly (DepartmentId | null)[] => [
  ...scope.departments.keys(),
  null,
];

async function theirs(
  ports: ChooseApproversPorts,
  { member }: Identity,
  some: readonly Approval[],
): Promise<readonly Approval[]> {
  const decides = decidesOn(ports, member.tenantId, member.id);
  const kept = await Promise.all(some.map(decides));
  return some.filter(({ decision }, index) => kept[index] === true || decision?.by === member.id);
}
