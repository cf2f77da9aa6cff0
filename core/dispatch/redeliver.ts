import type { AuditEvent } from "../audit/audit-event.ts";
import type { Clock } from "../clock.ts";
import type { Page } from "../conversation/conversation-store.ts";
import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { Member } from "../identity/member.ts";
import { canManageConnections } from "../identity/policy.ts";
import type { ConnectionId, DispatchId } from "../ids.ts";
import type { Queue } from "../queue.ts";
import type { DispatchState, ListedDispatch } from "./dispatch.ts";
import { wakeDispatches } from "./wake-dispatches.ts";

interface RedeliverPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly clock: Clock;
}

/** So many are looked up at once, and so often at most: more than a company has that were given up. */
const pageSize = 100;
const mostPages = 1_000;

/** Calls that wait or were given up, newest first, for admins. Throws `forbidden`. */
export async function listDispatches(
  { database }: Pick<RedeliverPorts, "database">,
  { member }: Identity,
  query: {
    readonly states: readonly DispatchState[];
    readonly connectionId: ConnectionId | null;
    readonly cursor: string | null;
    readonly limit: number;
  },
): Promise<Page<ListedDispatch>> {
  assertAdmin(member);
  return await database.withTenant(member.tenantId, ({ dispatches }) => dispatches.list(query));
}

/** Has a call tried again that was given up, with a new day to do it. Throws `forbidden`, and `conflict` where it is not given up. */
export async function redeliver(ports: RedeliverPorts, { member }: Identity, id: DispatchId): Promise<void> {
  assertAdmin(member);
  const subject = await ports.database.withTenant(member.tenantId, ({ dispatches }) =>
    dispatches.redeliver(id, [redelivered(member, id)]),
  );
  if (subject === null) {
    throw new ExpertError("conflict", "This call is not among those that were given up.", {
      remedy: "Load the list again: somebody may have had it tried again already.",
    });
  }
  await wakeDispatches(ports, member.tenantId, [{ subject, notBefore: null }]);
}

/** The same for all of a connection's that were given up; how many. Throws `forbidden`. */
export async function redeliverAll(
  ports: RedeliverPorts,
  { member }: Identity,
  connectionId: ConnectionId,
): Promise<number> {
  assertAdmin(member);
  const { tenantId } = member;
  const subjects: string[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const some = await ports.database.withTenant(tenantId, async ({ dispatches }) => {
      const dead = await dispatches.list({ states: ["dead"], connectionId, cursor: null, limit: pageSize });
      const found: string[] = [];
      for (const { id } of dead.items) {
        const subject = await dispatches.redeliver(id, [redelivered(member, id)]);
        if (subject !== null) found.push(subject);
      }
      return found;
    });
    if (some.length === 0) break;
    subjects.push(...some);
  }
  await wakeDispatches(
    ports,
    tenantId,
    subjects.map((subject) => ({ subject, notBefore: null })),
  );
  return subjects.length;
}

const redelivered = ({ id: userId }: Member, id: DispatchId): AuditEvent => ({
  event: "dispatch.redelivered",
  status: "success",
  userId,
  resourceType: "dispatch",
  resourceId: id,
});

function assertAdmin(member: Member): void {
  if (canManageConnections(member)) return;
  throw new ExpertError("forbidden", "Only admins see what could not be delivered.", {
    remedy: "Ask an admin.",
  });
}
