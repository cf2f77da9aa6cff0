import type { ManagedConnection } from "../../core/connections/manage-connections.ts";
import type { ConnectionView } from "./contract/connection.ts";

/** Why a call failed, without the code that stands before it in the rows. */
export const inWords = (error: string): string => error.replace(/^[a-z]+(?:_[a-z]+)*: /, "");

/** A connection as admins see it; its secrets stay inside. `hookUrl`: where its system calls back. */
export function presentConnection(
  { connection, secretsSet, fault, pending, dead }: ManagedConnection,
  hookUrl: string | null,
): ConnectionView {
  const { id, kind, name, state, settings, health, createdAt } = connection;
  return {
    id,
    kind,
    name,
    state,
    settings: { ...(Object(settings) as ConnectionView["settings"]) },
    secretsSet: [...secretsSet],
    fault,
    hookUrl: kind === "webhook" ? null : hookUrl,
    health: {
      failures: health.failures,
      openUntil: health.openUntil?.toISOString() ?? null,
      lastError: health.lastError === null ? null : inWords(health.lastError),
      lastFailedAt: health.lastFailedAt?.toISOString() ?? null,
      lastWorkedAt: health.lastWorkedAt?.toISOString() ?? null,
    },
    pending,
    dead,
    createdAt: createdAt.toISOString(),
  };
}
