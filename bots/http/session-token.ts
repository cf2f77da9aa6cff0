import { createHmac, timingSafeEqual } from "node:crypto";
import type { TenantId, UserId } from "../../core/ids.ts";

export const sessionCookie = "expert_session";
/** How long a sign-in lasts. */
export const sessionLifetimeMs = 12 * 60 * 60 * 1_000;

export interface Session {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly expiresAt: Date;
}

const sign = (secret: string, payload: string): Buffer =>
  createHmac("sha256", secret).update(payload).digest();

/** `<tenant>.<user>.<expiry>.<HMAC-SHA256>`: who has signed in, readable by anyone, made by us alone. */
export function issueToken(secret: string, { tenantId, userId, expiresAt }: Session): string {
  const payload = `${tenantId}.${userId}.${String(expiresAt.getTime())}`;
  return `${payload}.${sign(secret, payload).toString("base64url")}`;
}

/** The session of a token, which may have expired; null where the token is not ours. */
export function readToken(secret: string, token: string): Session | null {
  const end = token.lastIndexOf(".");
  const payload = token.slice(0, Math.max(end, 0));
  const given = Buffer.from(token.slice(end + 1), "base64url");
  const expected = sign(secret, payload);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const [tenantId, userId, expiry] = payload.split(".");
  const expiresAt = new Date(Number(expiry));
  return { tenantId: tenantId as TenantId, userId: userId as UserId, expiresAt };
}

/** The value of one cookie of a `cookie` header. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const part of header?.split(";") ?? []) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}
