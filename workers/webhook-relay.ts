import type { Database } from "../core/database.ts";
import type { TenantId } from "../core/ids.ts";
import type { Logger } from "../core/logger.ts";
import { relayEvents, type RelayPorts, webhooksOf } from "../core/webhooks/relay-events.ts";
import { every, type Schedule } from "./every.ts";

export interface WebhookRelayParts extends RelayPorts {
  readonly database: Pick<Database, "withTenant" | "tenants">;
  readonly logger: Logger;
}

/** Events are sealed within a second; they are told within the next. */
const pauseMs = 1_000;
/** Companies without an endpoint are asked this seldom; a new endpoint is told all the same what happened meanwhile. */
const lookEveryMs = 5_000;

/** Has companies' endpoints told what happens. */
export function relayWebhooks(parts: WebhookRelayParts): Schedule {
  let having: readonly TenantId[] = [];
  let lookedAt = -Infinity;

  const relay = async (tenant: TenantId): Promise<boolean> => {
    const webhooks = await webhooksOf(parts, tenant);
    await relayEvents(parts, tenant, webhooks);
    return webhooks.length > 0;
  };
  return every("telling webhooks what happened", pauseMs, parts.logger, async () => {
    const now = parts.clock.now().getTime();
    const looksAtAll = now - lookedAt >= lookEveryMs;
    const tenants = looksAtAll ? (await parts.database.tenants()).map(({ id }) => id) : having;
    if (looksAtAll) lookedAt = now;
    const found: TenantId[] = [];
    for (const tenant of tenants) {
      try {
        if (await relay(tenant)) found.push(tenant);
      } catch (error) {
        // One company's trouble keeps no other's endpoints waiting.
        parts.logger.warn("a company's webhooks could not be told what happened", { tenant, error });
        found.push(tenant);
      }
    }
    having = found;
  });
}
