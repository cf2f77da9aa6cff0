import { createHmac, timingSafeEqual } from "node:crypto";
import type { HookReader } from "../../core/connections/hook-reader.ts";
import { envelopeSchema, pagerDutyEvents, readEvent, toldByEvent } from "./read-webhook.ts";

/**
 * PagerDuty tries a webhook for about 20 minutes (https://developer.pagerduty.com/docs/webhooks/webhooks-behavior/) and
 * queues others behind it; what happened a day ago was sent again by somebody else.
 */
const oldestMs = 24 * 60 * 60_000;

/** Reads webhooks v3. Their signature has no moment of its own, so that the event's is looked at. */
export const pagerDutyHookReader: HookReader = {
  system: "pagerduty",
  read({ headers, rawBody }, secrets, now) {
    const signature = one(headers["x-pagerduty-signature"]);
    if (signature === null) return { outcome: "forged", reason: "unsigned" };
    if (!isSigned(rawBody, signature, secrets)) return { outcome: "forged", reason: "wrong" };
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(rawBody));
    } catch {
      return { outcome: "unreadable", reason: "no JSON" };
    }
    const envelope = envelopeSchema.safeParse(body);
    if (!envelope.success) return { outcome: "unreadable", reason: "no event" };
    const { id, event_type: type, occurred_at: at } = envelope.data.event;
    if (now.getTime() - Date.parse(at) > oldestMs) return { outcome: "forged", reason: "old" };
    if (!pagerDutyEvents.includes(type)) return { outcome: "ignored" };
    // What is answered by 400 is dropped, and three of them in a row switch the webhook off for a day.
    const event = readEvent((body as { event: unknown }).event);
    if (!event) return { outcome: "unreadable", reason: `${type} of no incident` };
    // The header is the same each time that a webhook is tried, as is the event.
    return { outcome: "told", deliveryId: one(headers["x-webhook-id"]) ?? id, body: event };
  },
  told: toldByEvent,
};

/** Whether any of the signatures, of which there are several while a secret is exchanged, is by any of the secrets. */
function isSigned(rawBody: Uint8Array, header: string, secrets: readonly string[]): boolean {
  const given = header.split(",").flatMap((part) => /^\s*v1=([0-9a-f]{64})\s*$/i.exec(part)?.[1] ?? []);
  let signed = false;
  for (const secret of secrets) {
    const right = createHmac("sha256", secret).update(rawBody).digest();
    for (const signature of given.slice(0, 10)) {
      if (timingSafeEqual(Buffer.from(signature, "hex"), right)) signed = true;
    }
  }
  return signed;
}

function one(value: string | readonly string[] | undefined): string | null {
  if (typeof value !== "string" || value === "") return null;
  return value.length > 200 && !value.startsWith("v1=") ? null : value;
}
