import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { canRead } from "../identity/access.ts";
import type { People } from "../identity/directory.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { Approval } from "./approval.ts";
import type { Approver } from "./approval-store.ts";
import type { OnCall } from "./approver-reach.ts";
import type { ApprovalLevel } from "./policy.ts";

export interface ChooseApproversPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly people: Pick<People, "identify">;
  /** Null where no pager is configured. */
  readonly onCall: OnCall | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Asked = Pick<Approval, "departmentId" | "askedBy" | "label" | "readers">;

/** More than this many people are not asked about one answer. */
const approversAsked = 20;

/**
 * Who decides at a level: those whom the policy names, who may read what the answer rests on, and who did not ask it.
 * Whoever is away is left out, and their delegate decides in their place; those who are away count only where nobody else
 * is left.
 */
export async function chooseApprovers(
  ports: ChooseApproversPorts,
  tenant: TenantId,
  asked: Asked,
  level: ApprovalLevel,
): Promise<readonly Approver[]> {
  const named = await approversNamed(ports, tenant, asked, level);
  const now = ports.clock.now();
  const away = named.filter(({ awayUntil }) => awayUntil !== null && awayUntil > now);
  const delegates = away.flatMap(({ delegate }) => (delegate === null ? [] : [delegate]));
  const standIns =
    delegates.length === 0
      ? []
      : await ports.database.withTenant(tenant, ({ approvals }) => approvals.people(delegates));
  const present = unique([...named.filter((one) => !away.includes(one)), ...standIns]);
  const allowed = await filterAllowed(ports, tenant, asked, present);
  return (allowed.length > 0 ? allowed : await filterAllowed(ports, tenant, asked, away)).slice(
    0,
    approversAsked,
  );
}

/** Whether somebody decides at a level, for themselves or for somebody who is away, as far as its policy names them. */
export async function isNamed(
  ports: ChooseApproversPorts,
  tenant: TenantId,
  asked: Pick<Asked, "departmentId">,
  level: ApprovalLevel,
  user: UserId,
): Promise<boolean> {
  const now = ports.clock.now();
  return (await approversNamed(ports, tenant, asked, level)).some(
    ({ id, awayUntil, delegate }) =>
      id === user || (delegate === user && awayUntil !== null && awayUntil > now),
  );
}

/** Whether somebody may decide on it, where they are named: they did not ask it, and may read what it rests on. */
export const isAllowed = async (
  ports: ChooseApproversPorts,
  tenant: TenantId,
  asked: Asked,
  user: UserId,
): Promise<boolean> => (await filterAllowed(ports, tenant, asked, [{ id: user }])).length > 0;

async function approversNamed(
  ports: ChooseApproversPorts,
  tenant: TenantId,
  { departmentId }: Pick<Asked, "departmentId">,
  { approvers: { role, people = [], on_call: schedule } }: ApprovalLevel,
): Promise<readonly Approver[]> {
  const onCall = schedule === undefined ? [] : await whoIsOnCall(ports, tenant, schedule);
  const emails = [...people, ...onCall];
  const asRole = role ?? (emails.length === 0 ? "lead" : undefined);
  return unique(
    await ports.database.withTenant(tenant, ({ approvals }) =>
      approvals.approvers(departmentId, { role: asRole, emails }),
    ),
  );
}

/** Nobody, where it cannot be asked: the others of the level, or else the department's leads, decide. */
async function whoIsOnCall(
  { onCall, logger }: ChooseApproversPorts,
  tenant: TenantId,
  schedule: string,
): Promise<readonly string[]> {
  try {
    if (onCall) return await onCall.onCall(tenant, schedule);
    logger.warn("a policy names a schedule, and no pager is configured", { schedule });
  } catch (error) {
    logger.warn("who is on call could not be asked", { schedule, error });
  }
  return [];
}

async function filterAllowed<One extends { readonly id: UserId }>(
  { people }: ChooseApproversPorts,
  tenant: TenantId,
  { departmentId, askedBy, label, readers }: Asked,
  some: readonly One[],
): Promise<readonly One[]> {
  const identities = await Promise.all(some.map(({ id }) => people.identify(tenant, id)));
  return some.filter((one, index) => {
    const identity = identities[index];
    if (!identity || one.id === askedBy || identity.member.roles.includes("guest")) return false;
    return departmentId === null || canRead(identity.scope, { departmentId, sensitivity: label, readers });
  });
}

const unique = (some: readonly Approver[]): readonly Approver[] => [
  ...new Map(some.map((one) => [one.id, one])).values(),
];
