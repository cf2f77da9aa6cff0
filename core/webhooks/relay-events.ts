import { v5 } from "uuid";
import type { RecordedAuditEvent } from "../audit/audit-event.ts";
import type { Clock } from "../clock.ts";
import { connectionSettings, type SettingsOf } from "../connections/connection-settings.ts";
import type { Connection } from "../connections/connection.ts";
import type { Database } from "../database.ts";
import type { NewDispatch } from "../dispatch/dispatch.ts";
import { wakeDispatches } from "../dispatch/wake-dispatches.ts";
import type { DispatchId, TenantId } from "../ids.ts";
import type { Queue } from "../queue.ts";
import { productEventOf } from "./product-event.ts";

export interface RelayPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly clock: Clock;
}

const pageSize = 200;

/** The company's endpoints. */
export const webhooksOf = async (
  { database }: Pick<RelayPorts, "database">,
  tenant: TenantId,
): Promise<readonly Connection[]> =>
  (await database.withTenant(tenant, ({ connections }) => connections.list())).filter(
    ({ kind }) => kind === "webhook",
  );

/**
 * Has each of these endpoints told what happened since it was last told: writes a call for each event that it asks for, and
 * moves on. A new one begins with what happens from then on. What happens while one is switched off it is never told. Several
 * processes may do it at once, and doing it again after a crash writes no call a second time.
 */
export async function relayEvents(
  ports: RelayPorts,
  tenant: TenantId,
  webhooks: readonly Connection[],
): Promise<void> {
  for (const webhook of webhooks) {
    const { data: settings } = connectionSettings.webhook.settings.safeParse(webhook.settings);
    if (settings) await relayTo(ports, tenant, webhook, settings);
  }
}

async function relayTo(
  ports: RelayPorts,
  tenant: TenantId,
  { id, state, cursor, createdAt }: Connection,
  { events: wanted }: SettingsOf<"webhook">,
): Promise<void> {
  for (let from = cursor; ;) {
    const read = await ports.database.withTenant(tenant, ({ audit }) =>
      audit.sealedAfter(from ?? createdAt, pageSize),
    );
    if (read.position === from) return;
    const calls =
      state === "off"
        ? []
        : read.events.flatMap((event) => {
            const call = callFor(id, event);
            return call !== null && isWanted(wanted, call) ? [call] : [];
          });
    const moved = await ports.database.withTenant(tenant, async ({ dispatches, connections }) => {
      if (calls.length > 0) await dispatches.write(calls);
      return await connections.moveCursor(id, from, read.position);
    });
    await wakeDispatches(ports, tenant, calls);
    // Where another process was there first, it goes on by itself.
    if (!moved || read.events.length < pageSize) return;
    from = read.position;
  }
}

const isWanted = (wanted: readonly string[], { body }: NewDispatch): boolean =>
  body.kind === "webhook" && wanted.includes(body.event);

/** What concerns one question is told in its order; what concerns several does not wait for one another. */
function callFor(connectionId: Connection["id"], recorded: RecordedAuditEvent): NewDispatch | null {
  const event = productEventOf(recorded);
  if (event === null) return null;
  return {
    id: v5(recorded.id, connectionId) as DispatchId,
    connectionId,
    subject: `${connectionId}/${event.about["turn_id"] ?? recorded.resourceId ?? recorded.id}`,
    body: {
      kind: "webhook",
      event: event.type,
      occurredAt: event.occurredAt.toISOString(),
      about: event.about,
    },
    notBefore: null,
  };
}
