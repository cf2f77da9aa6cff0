import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { isExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import type { HookRequest } from "./hook-receiver.ts";
import { openConnection } from "./open-connection.ts";

export interface HookSecretsPorts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly secrets: Pick<SecretBox, "open">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a connection's secrets are remembered: an exchanged one is taken within this time. */
const rememberedMs = 10_000;
const connectionsRemembered = 1_000;
/** How often the list of tenants is read for one that is not known, at most. */
const tenantsReadEveryMs = 10_000;

/** What signs the webhooks of connections. */
export interface HookSecrets {
  /** Null where there is no such tenant. */
  tenant(id: TenantId): Promise<TenantId | null>;
  /** Newest first; null where there is no such connection of the system, or it is switched off. */
  of(request: Pick<HookRequest, "system" | "tenantId" | "connectionId">): Promise<readonly string[] | null>;
}

/** Remembers them for a moment, so that a webhook costs a read now and then. */
export function createHookSecrets({ database, secrets, clock, logger }: HookSecretsPorts): HookSecrets {
  const remembered = new LRUCache<string, Promise<readonly string[] | null>>({
    max: connectionsRemembered,
    ttl: rememberedMs,
    perf: { now: () => clock.now().getTime() },
    ttlResolution: 0,
  });
  let tenants: Promise<ReadonlySet<TenantId>> = Promise.resolve(new Set<TenantId>());
  let readAt = -Infinity;

  const readTenants = async (): Promise<ReadonlySet<TenantId>> =>
    new Set((await database.tenants()).map((one) => one.id));
  const tenant = async (id: TenantId): Promise<TenantId | null> => {
    const isKnown = (await tenants).has(id);
    const now = clock.now().getTime();
    if (!isKnown && now - readAt >= tenantsReadEveryMs) {
      readAt = now;
      // Whoever asks meanwhile waits for the same reading.
      tenants = readTenants();
      tenants.catch(() => {
        readAt = -Infinity;
        tenants = Promise.resolve(new Set<TenantId>());
      });
    }
    return (await tenants).has(id) ? id : null;
  };

  async function load({
    system,
    tenantId,
    connectionId,
  }: Parameters<HookSecrets["of"]>[0]): Promise<readonly string[] | null> {
    if ((await tenant(tenantId)) === null) return null;
    const connection = await database.withTenant(tenantId, ({ connections }) =>
      connections.find(connectionId),
    );
    if (connection?.kind !== system || connection.state !== "active") return null;
    try {
      return openConnection(secrets, system, connection).secrets.webhook_secrets;
    } catch (error) {
      if (!isExpertError(error)) throw error;
      logger.warn("a connection's secrets do not open, so that its webhooks are refused", {
        connection: connection.name,
        error,
      });
      return [];
    }
  }

  return {
    tenant,
    of(request) {
      const key = `${request.system} ${request.tenantId} ${request.connectionId}`;
      const known = remembered.get(key);
      if (known) return known;
      const loading = load(request);
      remembered.set(key, loading);
      loading.catch(() => remembered.delete(key));
      return loading;
    },
  };
}
