import type { Clock } from "../../core/clock.ts";
import type { Connection } from "../../core/connections/connection.ts";
import { openConnection } from "../../core/connections/open-connection.ts";
import { lookAtConnection } from "../../core/connections/test-connection.ts";
import type { Database } from "../../core/database.ts";
import { type ExpertError, isExpertError } from "../../core/errors.ts";
import type { ConnectionTest } from "../../core/escalation/ticket-system.ts";
import type { TenantId } from "../../core/ids.ts";
import type { Config } from "../config.ts";
import { createWebhookSender } from "../webhook/sender.ts";
import { outsideSystems } from "./escalation.ts";
import { connectSecrets } from "./secrets.ts";

/** A connection of a company, and what a look at it found. */
export interface ConnectionFacts {
  /** The slug of the company whose it is. */
  readonly tenant: string;
  readonly connection: Connection;
  /** Calls that are still to be made, and that were given up. */
  readonly pending: number;
  readonly dead: number;
  /** Null for one that is switched off, and for an endpoint whose settings can be read: none is sent anything. */
  readonly found: ConnectionTest | ExpertError | null;
}

interface DiagnosePorts {
  readonly config: Config;
  readonly clock: Clock;
  readonly openDatabase: () => Promise<Pick<Database, "tenants" | "withTenant">>;
  /** Longest wait for an answer, in milliseconds; the adapters' own unless told. */
  readonly timeoutMs?: number;
}

/** Looks at every connection of every company. */
export async function diagnoseConnections({
  config,
  clock,
  openDatabase,
  timeoutMs,
}: DiagnosePorts): Promise<readonly ConnectionFacts[]> {
  const database = await openDatabase();
  const secrets = await connectSecrets(config);
  const systems = outsideSystems(config, secrets, clock, timeoutMs);
  const webhooks = createWebhookSender({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE ?? [] });
  const look = async (tenant: TenantId, connection: Connection): Promise<ConnectionTest | null> => {
    if (connection.state === "off") return null;
    if (connection.kind !== "webhook")
      return await lookAtConnection({ systems, webhooks, secrets, clock }, tenant, connection);
    openConnection(secrets, "webhook", connection);
    return null;
  };
  const facts: ConnectionFacts[] = [];
  for (const { id, slug } of await database.tenants()) {
    const [connections, counts] = await database.withTenant(id, (stores) =>
      Promise.all([stores.connections.list(), stores.dispatches.counts()]),
    );
    const looked = connections.map(async (connection) => {
      const found = await look(id, connection).catch((error: unknown) => {
        if (isExpertError(error)) return error;
        throw error;
      });
      const { pending, dead } = counts.get(connection.id) ?? { pending: 0, dead: 0 };
      return { tenant: slug, connection, pending, dead, found };
    });
    facts.push(...(await Promise.all(looked)));
  }
  return facts;
}
