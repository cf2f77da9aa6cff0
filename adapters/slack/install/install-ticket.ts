import { createHmac, timingSafeEqual } from "node:crypto";
import { isId, type TenantId, type UserId } from "../../../core/ids.ts";

/** What an install link stands for. */
export interface InstallTicket {
  readonly tenantId: TenantId;
  readonly installer: UserId | null;
  readonly expiresAt: Date;
}

/** How long an install link may be used. */
export const ticketLifeMs = 60 * 60 * 1_000;

const nobody = "-";

/** Signed for this purpose alone: no other text that the secret signs can be taken for a ticket. */
const sign = (secret: string, payload: string): Buffer =>
  createHmac("sha256", secret).update(`slack install ticket\n${payload}`).digest();

/** `<tenant>.<person>.<expiry in milliseconds>.<HMAC-SHA256>` */
export function writeTicket(secret: string, { tenantId, installer, expiresAt }: InstallTicket): string {
  const payload = [tenantId, installer ?? nobody, expiresAt.getTime()].join(".");
  return `${payload}.${sign(secret, payload).toString("base64url")}`;
}

/** The ticket of a text, which may have expired; null where it is none of ours. */
export function readTicket(secret: string, text: string): InstallTicket | null {
  const end = Math.max(text.lastIndexOf("."), 0);
  const payload = text.slice(0, end);
  const given = Buffer.from(text.slice(end + 1), "base64url");
  const expected = sign(secret, payload);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const [tenantId = "", installer = "", expiry = ""] = payload.split(".");
  if (!isId(tenantId)) return null;
  return {
    tenantId: tenantId as TenantId,
    installer: installer === nobody ? null : (installer as UserId),
    expiresAt: new Date(Number(expiry)),
  };
}
