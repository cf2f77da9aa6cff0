import { createHmac, timingSafeEqual } from "node:crypto";
import type { InstallLink } from "../../../core/identity/install-flow.ts";
import { isId, type TenantId, type UserId } from "../../../core/ids.ts";
import { slackPaths } from "../surface.ts";

/** What an install link stands for. */
export interface InstallTicket {
  readonly tenantId: TenantId;
  readonly installer: UserId | null;
  readonly expiresAt: Date;
}

/** How long an install link may be used. */
const ticketLifeMs = 60 * 60 * 1_000;

const nobody = "-";

/** Signed for this purpose alone: no other text that the secret signs can be taken for a ticket. */
const sign = (secret: string, payload: string): Buffer =>
  createHmac("sha256", secret).update(`slack install ticket\n${payload}`).digest();

/** `<tenant>.<person>.<expiry in milliseconds>.<HMAC-SHA256>` */
function writeTicket(secret: string, { tenantId, installer, expiresAt }: InstallTicket): string {
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

export interface LinkOptions {
  /** Where people reach this server, without a slash at the end. */
  readonly publicUrl: string;
  /** Signs the ticket. */
  readonly secret: string;
  readonly now: Date;
}

/** The address that begins "Add to Slack" for a tenant; see `InstallFlow.link`. */
export function installLink(
  { publicUrl, secret, now }: LinkOptions,
  tenantId: TenantId,
  installer: UserId | null,
): InstallLink {
  const expiresAt = new Date(now.getTime() + ticketLifeMs);
  const ticket = writeTicket(secret, { tenantId, installer, expiresAt });
  return { url: `${publicUrl}${slackPaths.install}?ticket=${encodeURIComponent(ticket)}`, expiresAt };
}
