import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { ExpertError, isExpertError, wantedPauseMs } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import { pauseAfter, unsaidPauseMs } from "./breaker.ts";
import type { Connection } from "./connection.ts";

export interface AskSystemPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly clock: Clock;
}

/**
 * Asks an outside system something that is in no outbox. Throws what it throws, which counts for its connection; and
 * `rate_limited` without asking where the connection is left alone.
 */
export async function askSystem<T>(
  { database, clock }: AskSystemPorts,
  tenant: TenantId,
  { id, name, health: { openUntil, failures } }: Connection,
  work: () => Promise<T>,
): Promise<T> {
  const pauseMs = openUntil === null ? 0 : openUntil.getTime() - clock.now().getTime();
  if (pauseMs > 0) {
    throw new ExpertError("rate_limited", `The connection “${name}” is left alone for a while.`, {
      remedy: "It is tried again by itself.",
      facts: { retryAfterMs: pauseMs },
    });
  }
  try {
    const result = await work();
    if (failures > 0) await database.withTenant(tenant, ({ connections }) => connections.worked(id));
    return result;
  } catch (error) {
    if (isExpertError(error, "channel_unavailable", "unauthenticated", "configuration_invalid")) {
      const reason = `${error.code}: ${error.message}`;
      await database.withTenant(tenant, ({ connections }) => connections.failed(id, reason, pauseAfter));
    } else if (isExpertError(error, "rate_limited")) {
      const wanted = wantedPauseMs(error) ?? unsaidPauseMs;
      await database.withTenant(tenant, ({ connections }) => connections.paused(id, wanted));
    }
    throw error;
  }
}
