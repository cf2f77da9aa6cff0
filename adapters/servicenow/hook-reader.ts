import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { HookReader } from "../../core/connections/hook-reader.ts";
import { ExpertError } from "../../core/errors.ts";
import { sysIdPattern } from "./query.ts";

/** What was sent longer ago than this, where it says when, was sent again by somebody else; its queue may be slow. */
const oldestMs = 60 * 60_000;

/** What the business rule of docs/servicenow.md sends. */
const bodySchema = z.object({
  sys_id: z.string().regex(sysIdPattern),
  correlation_id: z.string().max(200).nullish(),
  event_id: z.string().min(1).max(200).nullish(),
  sent_at: z.iso.datetime({ offset: true }).nullish(),
});
const toldSchema = z.object({ sysId: z.string().regex(sysIdPattern), key: z.string().nullable() });

/**
 * Reads what an instance's outbound REST message sends: which incident changed, and no more; how it stands is read from the
 * instance, so that a message that was sent again, or out of its order, does no harm. Proven by `X-Expert-Signature`, or,
 * where there is none, by a bearer token that is one of the secrets.
 */
export const serviceNowHookReader: HookReader = {
  system: "servicenow",
  read({ headers, rawBody }, secrets, now) {
    const signature = text(headers["x-expert-signature"]);
    const authorization = text(headers["authorization"]);
    if (signature === null && authorization === null) return { outcome: "forged", reason: "unsigned" };
    const proven =
      signature === null ? isBearer(authorization ?? "", secrets) : isSigned(rawBody, signature, secrets);
    if (!proven) return { outcome: "forged", reason: "wrong" };
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(rawBody));
    } catch {
      return { outcome: "unreadable", reason: "no JSON" };
    }
    const parsed = bodySchema.safeParse(body);
    if (!parsed.success) return { outcome: "unreadable", reason: "no incident" };
    const { sys_id: sysId, correlation_id: key, event_id: eventId, sent_at: sentAt } = parsed.data;
    if (sentAt != null && Math.abs(now.getTime() - Date.parse(sentAt)) > oldestMs) {
      return { outcome: "forged", reason: "old" };
    }
    return {
      outcome: "told",
      deliveryId: eventId ?? createHash("sha256").update(rawBody).digest("hex"),
      body: { sysId, key: key == null || key === "" ? null : key },
    };
  },
  told(body) {
    const parsed = toldSchema.safeParse(body);
    if (!parsed.success) {
      throw new ExpertError("invalid_input", "This is no message of ServiceNow.", { cause: parsed.error });
    }
    return { externalId: parsed.data.sysId, key: parsed.data.key, change: null };
  },
};

const text = (value: string | readonly string[] | undefined): string | null =>
  typeof value === "string" && value !== "" ? value : null;

/** `sha256=` and the digest in hexadecimal, or in Base64 as ServiceNow's GlideCertificateEncryption writes it. */
function isSigned(rawBody: Uint8Array, header: string, secrets: readonly string[]): boolean {
  const given = /^sha256=(\S{1,100})$/.exec(header.trim())?.[1] ?? "";
  const digest = Buffer.from(given, /^[0-9a-f]{64}$/i.test(given) ? "hex" : "base64");
  let signed = false;
  for (const secret of secrets) {
    const right = createHmac("sha256", secret).update(rawBody).digest();
    if (digest.length === right.length && timingSafeEqual(digest, right)) signed = true;
  }
  return signed;
}

function isBearer(header: string, secrets: readonly string[]): boolean {
  const token = /^Bearer (\S+)$/i.exec(header.trim())?.[1];
  if (token === undefined) return false;
  // Of one length, whatever was shown.
  const digestOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();
  const shown = digestOf(token);
  let known = false;
  for (const secret of secrets) if (timingSafeEqual(shown, digestOf(secret))) known = true;
  return known;
}
