import { createHash } from "node:crypto";

/**
 * The identifier of a tenant's job: BullMQ refuses `:` and ids of digits alone, and keys may come from elsewhere
 * (a Teams thread holds `:` and `@`), so a key that is not plain goes in as its SHA-256.
 */
export const jobIdOf = (tenantId: string, key: string): string => {
  const plain = /^[A-Za-z0-9_-]{1,200}$/.test(key);
  return `${tenantId}.${plain ? `k-${key}` : `h-${createHash("sha256").update(key).digest("hex")}`}`;
};
