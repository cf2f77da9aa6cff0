import type { Database } from "../core/database.ts";
import { eachOf } from "../core/each-of.ts";
import type { EscalationPorts } from "../core/escalation/escalation-ports.ts";
import { isDue, pollConnection } from "../core/escalation/poll-connection.ts";
import type { TenantId } from "../core/ids.ts";
import { every, type Schedule } from "./every.ts";
import { createLanes } from "./lanes.ts";

export interface VendorPollingParts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly escalations: EscalationPorts;
  /** How often it is looked which connections are due, in milliseconds; 5 s unless told. How often each is asked is its own setting. */
  readonly lookEveryMs?: number;
}

const usualLookMs = 5_000;
/** Their connections are read from the database. */
const tenantsAtOnce = 8;

/** Asks outside systems how tickets and incidents stand, where their webhooks cannot reach; one that takes long delays no other. */
export function pollVendors({
  database,
  escalations,
  lookEveryMs = usualLookMs,
}: VendorPollingParts): Schedule {
  const lanes = createLanes(1, escalations.logger);
  const schedule = every("asking outside systems", lookEveryMs, escalations.logger, async () => {
    const tenants = await database.tenants();
    await eachOf(tenants, tenantsAtOnce, async ({ id: tenant }) => {
      const all = await database.withTenant(tenant, ({ connections }) => connections.list());
      const now = escalations.clock.now();
      for (const connection of all.filter((one) => isDue(one, now)))
        lanes.add(`${tenant} ${connection.id}`, "poll", () => poll(escalations, tenant, connection));
    });
  });
  return {
    async stop() {
      await schedule.stop();
      await lanes.close();
    },
  };
}

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
