import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import type { TenantId } from "../../../core/ids.ts";

/** How long the answer is remembered, in milliseconds. */
const rememberedMs = 60_000;

/**
 * Finds the first tenant that has the bot in Slack, or else the only tenant there is. Null where there are several, and
 * none has the bot.
 */
export function createOperatorFinder({
  database,
  clock,
}: {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly clock: Clock;
}): () => Promise<TenantId | null> {
  let found: TenantId | null = null;
  let until = 0;
  return async () => {
    const now = clock.now().getTime();
    if (now >= until) {
      found = await firstWithSlack(database);
      until = now + rememberedMs;
    }
    return found;
  };
}

async function firstWithSlack(database: Pick<Database, "tenants" | "withTenant">): Promise<TenantId | null> {
  const tenants = await database.tenants();
  for (const { id } of tenants) {
    const installed = await database.withTenant(id, ({ installations }) => installations.list());
    if (installed.some(({ channel }) => channel === "slack")) return id;
  }
  const [only, ...more] = tenants;
  return more.length === 0 ? (only?.id ?? null) : null;
}
