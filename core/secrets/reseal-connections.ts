import { type Connection, secretsContext } from "../connections/connection.ts";
import { isExpertError } from "../errors.ts";
import type { ResealOutcome, ResealPorts } from "./reseal-tokens.ts";

export interface ResealedConnection {
  readonly tenant: string;
  readonly name: string;
  readonly outcome: Exclude<ResealOutcome, "busy">;
  /** Why they are unreadable; else null. */
  readonly reason: string | null;
}

/** Seals the secrets of every connection with the newest key; afterwards no older key is needed for the readable ones. */
export async function resealConnections({
  database,
  secrets,
}: ResealPorts): Promise<readonly ResealedConnection[]> {
  const results: ResealedConnection[] = [];
  for (const { id: tenant, slug } of await database.tenants()) {
    const connections = await database.withTenant(tenant, (stores) => stores.connections.list());
    for (const { id } of connections) {
      const resealed = await database.withTenant(tenant, async (stores) => {
        // As it stands by now: somebody may have exchanged its secrets meanwhile.
        const connection = await stores.connections.find(id);
        if (!connection?.sealedSecrets) return null;
        const { sealedSecrets, ...result } = sealAnew(secrets, connection, connection.sealedSecrets);
        if (sealedSecrets !== null) await stores.connections.change(id, { sealedSecrets }, []);
        return { tenant: slug, name: connection.name, ...result };
      });
      if (resealed) results.push(resealed);
    }
  }
  return results;
}

interface SealedAnew extends Pick<ResealedConnection, "outcome" | "reason"> {
  /** Null where they stay as they are. */
  readonly sealedSecrets: string | null;
}

function sealAnew(
  secrets: ResealPorts["secrets"],
  { id }: Pick<Connection, "id">,
  sealed: string,
): SealedAnew {
  if (secrets.isCurrent(sealed)) return { outcome: "current", reason: null, sealedSecrets: null };
  const context = secretsContext(id);
  try {
    const sealedSecrets = secrets.seal(secrets.open(sealed, context), context);
    return { outcome: "resealed", reason: null, sealedSecrets };
  } catch (error) {
    if (!isExpertError(error, "configuration_invalid", "internal")) throw error;
    return { outcome: "unreadable", reason: error.message, sealedSecrets: null };
  }
}
