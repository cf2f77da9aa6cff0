import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import type { OutsideSystems } from "../escalation/escalation-ports.ts";
import type { ConnectionTest } from "../escalation/ticket-system.ts";
import type { Identity } from "../identity/directory.ts";
import { type ConnectionId, type DispatchId, newId, type TenantId } from "../ids.ts";
import { signWebhook } from "../webhooks/sign-webhook.ts";
import type { WebhookSender } from "../webhooks/webhook-sender.ts";
import { pauseAfter } from "./breaker.ts";
import type { Connection } from "./connection.ts";
import { findConnection, type ManagePorts } from "./manage-connections.ts";
import { openConnection } from "./open-connection.ts";

export interface LookPorts {
  readonly systems: OutsideSystems;
  readonly webhooks: WebhookSender;
  readonly secrets: Pick<ManagePorts["secrets"], "open">;
  readonly clock: Clock;
}

/** Longest look, in milliseconds: somebody waits for it. */
const longestLookMs = 20_000;

/**
 * Asks an outside system whether we are known there and what is missing; an endpoint is sent a signed event `test`. Throws
 * what the system does, and `configuration_invalid` where the settings or secrets do not open.
 */
export async function lookAtConnection(
  ports: LookPorts,
  tenant: TenantId,
  connection: Connection,
): Promise<ConnectionTest> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new ExpertError("channel_unavailable", "The outside system did not answer in time.", {
          remedy: "Check its address, and that this server may reach it.",
        }),
      );
    }, longestLookMs);
  });
  try {
    return await Promise.race([ask(ports, tenant, connection), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(
  { systems, webhooks, secrets, clock }: LookPorts,
  tenant: TenantId,
  connection: Connection,
): Promise<ConnectionTest> {
  if (connection.kind === "pagerduty") return await systems.pager(connection).test();
  if (connection.kind !== "webhook") return await systems.tickets(connection).test();
  const opened = openConnection(secrets, "webhook", connection);
  const id = newId<DispatchId>();
  const now = clock.now();
  const body = JSON.stringify({ id, type: "test", occurred_at: now.toISOString(), tenant, data: {} });
  await webhooks.post(opened.settings.url, signWebhook(id, now, body, opened.secrets.signing_secrets), body);
  return { as: new URL(opened.settings.url).host, faults: [] };
}

interface Outcome {
  readonly found: TestedConnection;
  readonly error: ExpertError | null;
}

/** What an admin is told of a connection. */
export interface TestedConnection extends Pick<ConnectionTest, "faults"> {
  /** As whom we are known there, or what was reached; null where it does not work. */
  readonly as: string | null;
}

/**
 * The same for an admin, also where the connection is left alone or switched off; what was found counts for how it stands.
 * What the system throws is a fault that is found. Throws `forbidden` and `not_found`.
 */
export async function testConnection(
  ports: LookPorts & ManagePorts & { readonly database: Pick<Database, "withTenant"> },
  identity: Identity,
  id: ConnectionId,
): Promise<TestedConnection> {
  const { member } = identity;
  const { connection } = await findConnection(ports, identity, id);
  const { name } = connection;
  const { found, error } = await lookAtConnection(ports, member.tenantId, connection).then(
    (test): Outcome => ({ found: test, error: null }),
    (thrown: unknown): Outcome => {
      if (!isExpertError(thrown)) throw thrown;
      const { message: fault, remedy = "Check its settings and its secrets." } = thrown;
      return { found: { as: null, faults: [{ fault, remedy }] }, error: thrown };
    },
  );
  await ports.database.withTenant(member.tenantId, async ({ connections, audit }) => {
    if (error === null) await connections.worked(id);
    else if (isExpertError(error, "channel_unavailable", "unauthenticated", "configuration_invalid"))
      await connections.failed(id, `${error.code}: ${error.message}`, pauseAfter);
    await audit.append([
      {
        event: "connection.tested",
        status: found.faults.length === 0 ? "success" : "error",
        userId: member.id,
        resourceType: "connection",
        resourceId: id,
        metadata: { name, faults: found.faults.map(({ fault }) => fault) },
      },
    ]);
  });
  return found;
}
