import type { Clock } from "../clock.ts";
import { openConnection } from "../connections/open-connection.ts";
import type { Database } from "../database.ts";
import type { Carried, HeldDispatch } from "../dispatch/dispatch-carrier.ts";
import type { TenantId } from "../ids.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import { readEventWords } from "./event-words.ts";
import { signWebhook } from "./sign-webhook.ts";
import type { WebhookSender } from "./webhook-sender.ts";

export interface SendWebhookPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly secrets: Pick<SecretBox, "open">;
  readonly webhooks: WebhookSender;
  readonly clock: Clock;
}

/**
 * Tells an endpoint of an event, signed with each of its secrets. At least once: `webhook-id` and `id` are the call's, the
 * same at each attempt. The words, where it may have them, are those that stand when it is sent. Throws what the sender
 * does, and `configuration_invalid` where the endpoint's settings or secrets do not open.
 */
export async function sendWebhook(
  ports: SendWebhookPorts,
  tenant: TenantId,
  { dispatch: { id, body }, connection, call }: Pick<HeldDispatch, "dispatch" | "connection" | "call">,
): Promise<Carried> {
  if (body.kind !== "webhook") throw new Error(`the dispatch ${id} is no webhook`);
  const { settings, secrets } = openConnection(ports.secrets, "webhook", connection);
  const words = settings.with_text ? await readEventWords(ports, tenant, body.about) : null;
  const payload = JSON.stringify({
    id,
    type: body.event,
    occurred_at: body.occurredAt,
    tenant,
    data: { ...body.about, ...words },
  });
  const signed = signWebhook(id, ports.clock.now(), payload, secrets.signing_secrets);
  await call(() => ports.webhooks.post(settings.url, signed, payload));
  return "done";
}
