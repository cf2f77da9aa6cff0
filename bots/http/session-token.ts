import { createHmac, timingSafeEqual } from "node:crypto";
import type { TenantId, UserId } from "../../core/ids.ts";

export const sessionCookie = "expert_session";
/** How long a sign-in lasts. */
export const sessionLifetimeMs = 12 * 60 * 60 * 1_000;

export interface Session {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  /** Signing out ends what was issued before. */
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

const sign = (secret: string, payload: string): Buffer =>
  createHmac("sha256", secret).update(payload).digest();

/** `<tenant>.<user>.<issue>.<expiry>.<HMAC-SHA256>`, times in milliseconds: who has signed in, readable by anyone, made by us alone. */
export function issueToken(secret: string, { tenantId, userId, issuedAt, expiresAt }: Session): string {
  const payload = [tenantId, userId, issuedAt.getTime(), expiresAt.getTime()].join(".");
  return `${payload}.${sign(secret, payload).toString("base64url")}`;
}

/** The session of a token, which may have expired; null where the token is not ours. */
export function readToken(secret: string, token: string): Session | null {
  const end = token.lastIndexOf(".");
  const payload = token.slice(0, Math.max(end, 0));
  const given = Buffer.from(token.slice(end + 1), "base64url");
  const expected = sign(secret, payload);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const [tenantId, userId, issue, expiry, ...more] = payload.split(".");
  // Signed by us, in the form of another version.
  if (expiry === undefined || more.length > 0) return null;
  return {
    tenantId: tenantId as TenantId,
    userId: userId as UserId,
    issuedAt: new Date(Number(issue)),
    expiresAt: new Date(Number(expiry)),
  };
}

/** The value of one cookie of a `cookie` header. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const part of header?.split(";") ?? []) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}
