import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { TenantId } from "../ids.ts";

/** How long the answer is remembered, in milliseconds. */
const rememberedMs = 60_000;

export interface OperatorFinderPorts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly clock: Clock;
}

/**
 * Finds the first tenant that has the bot in a channel, or else the only tenant there is. Null where there are several,
 * and none has the bot.
 */
export function createOperatorFinder(
  { database, clock }: OperatorFinderPorts,
  channel: ChannelName,
): () => Promise<TenantId | null> {
  let found: TenantId | null = null;
  let until = 0;
  return async () => {
    const now = clock.now().getTime();
    if (now >= until) {
      found = await firstWith(database, channel);
      until = now + rememberedMs;
    }
    return found;
  };
}

async function firstWith(
  database: OperatorFinderPorts["database"],
  channel: ChannelName,
): Promise<TenantId | null> {
  const tenants = await database.tenants();
  for (const { id } of tenants) {
    const installed = await database.withTenant(id, ({ installations }) => installations.list());
    if (installed.some((installation) => installation.channel === channel)) return id;
  }
  const [only, ...more] = tenants;
  return more.length === 0 ? (only?.id ?? null) : null;
}
