import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { isExpertError } from "../errors.ts";
import type { OutsideSystems } from "../escalation/escalation-ports.ts";
import type { ConnectionTest } from "../escalation/ticket-system.ts";
import type { Identity } from "../identity/directory.ts";
import { type ConnectionId, type DispatchId, newId, type TenantId } from "../ids.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import { signWebhook } from "../webhooks/sign-webhook.ts";
import type { WebhookSender } from "../webhooks/webhook-sender.ts";
import type { Connection } from "./connection.ts";
import { assertMayManage, findConnection, told } from "./manage-connections.ts";
import { openConnection } from "./open-connection.ts";

export interface TestPorts {
  readonly systems: OutsideSystems;
  readonly webhooks: WebhookSender;
  readonly secrets: Pick<SecretBox, "open">;
  readonly clock: Clock;
}

/**
 * Asks an outside system whether we are known there and what is missing; an endpoint is sent a signed event `test`. Throws
 * what the system does, and `configuration_invalid` where the settings or secrets do not open.
 */
export async function askWhetherItWorks(
  { systems, webhooks, secrets, clock }: TestPorts,
  tenant: TenantId,
  connection: Connection,
): Promise<ConnectionTest> {
  if (connection.kind === "pagerduty") return await systems.pager(connection).test();
  if (connection.kind !== "webhook") return await systems.tickets(connection).test();
  const opened = openConnection(secrets, "webhook", connection);
  const id = newId<DispatchId>();
  const now = clock.now();
  const event = { id, type: "test", occurred_at: now.toISOString(), tenant, data: {} };
  const body = JSON.stringify(event);
  const signed = signWebhook(id, now, body, opened.secrets.signing_secrets);
  await webhooks.post(opened.settings.url, signed, body);
  return { as: new URL(opened.settings.url).host, faults: [] };
}

/** The same for an admin; a connection that was left alone and works is called again at once. Throws `forbidden` and `not_found` too. */
export async function testConnection(
  ports: TestPorts & { readonly database: Pick<Database, "withTenant">; readonly secrets: SecretBox },
  identity: Identity,
  id: ConnectionId,
): Promise<ConnectionTest> {
  const { member } = identity;
  assertMayManage(member);
  const { connection } = await findConnection(ports, identity, id);
  const { kind, name } = connection;
  try {
    const test = await askWhetherItWorks(ports, member.tenantId, connection);
    await ports.database.withTenant(member.tenantId, async ({ connections, audit }) => {
      await connections.worked(id);
      await audit.append([told(member, "connection.tested", id, { kind, name, faults: test.faults.length })]);
    });
    return test;
  } catch (error) {
    const code = isExpertError(error) ? error.code : "internal";
    await ports.database.withTenant(member.tenantId, ({ audit }) =>
      audit.append([told(member, "connection.tested", id, { kind, name, code }, "error")]),
    );
    throw error;
  }
}
