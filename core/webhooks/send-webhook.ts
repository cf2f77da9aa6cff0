import type { Clock } from "../clock.ts";
import { connectionSettings } from "../connections/connection-settings.ts";
import { secretsContext } from "../connections/connection.ts";
import type { Database } from "../database.ts";
import type { Carried, HeldDispatch } from "../dispatch/dispatch-carrier.ts";
import { ExpertError } from "../errors.ts";
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
  const { settings, secrets } = openWebhook(ports, connection);
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

function openWebhook(
  { secrets: box }: Pick<SendWebhookPorts, "secrets">,
  { id, name, settings, sealedSecrets }: HeldDispatch["connection"],
) {
  const read = connectionSettings.webhook.settings.safeParse(settings);
  const opened: unknown =
    sealedSecrets === null ? null : JSON.parse(box.open(sealedSecrets, secretsContext(id)));
  const secrets = connectionSettings.webhook.secrets.safeParse(opened);
  if (!read.success || !secrets.success)
    throw new ExpertError("configuration_invalid", `The webhook ${name} has settings that cannot be used.`, {
      remedy: "Save its address, events and signing secrets once more.",
      cause: read.error ?? secrets.error,
    });
  return { settings: read.data, secrets: secrets.data };
}
