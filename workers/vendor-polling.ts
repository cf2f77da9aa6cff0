import type { Database } from "../core/database.ts";
import { eachOf } from "../core/each-of.ts";
import type { EscalationPorts } from "../core/escalation/escalation-ports.ts";
import { isDue, pollConnection } from "../core/escalation/poll-connection.ts";
import type { TenantId } from "../core/ids.ts";
import { every, type Schedule } from "./every.ts";

export interface VendorPollingParts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly escalations: EscalationPorts;
}

/** How often it is looked which connections are due; how often each is asked is its own setting. */
const pauseMs = 5_000;
/** One that takes long delays no other as long as not all of them do. */
const connectionsAtOnce = 8;

/** Asks outside systems how tickets and incidents stand, where their webhooks cannot reach. */
export const pollVendors = ({ database, escalations }: VendorPollingParts): Schedule =>
  every("asking outside systems", pauseMs, escalations.logger, async () => {
    const tenants = await database.tenants();
    const due = await Promise.all(
      tenants.map(async ({ id: tenant }) => {
        const all = await database.withTenant(tenant, ({ connections }) => connections.list());
        const now = escalations.clock.now();
        return all
          .filter((connection) => isDue(connection, now))
          .map((connection) => ({ tenant, connection }));
      }),
    );
    await eachOf(due.flat(), connectionsAtOnce, ({ tenant, connection }) =>
      poll(escalations, tenant, connection),
    );
  });

/** One connection's trouble keeps no other's from being asked. */
async function poll(
  ports: EscalationPorts,
  tenant: TenantId,
  connection: Parameters<typeof pollConnection>[2],
): Promise<void> {
  try {
    await pollConnection(ports, tenant, connection);
  } catch (error) {
    ports.logger.warn("an outside system could not be asked how things stand", {
      tenant,
      connection: connection.name,
      error,
    });
  }
}
