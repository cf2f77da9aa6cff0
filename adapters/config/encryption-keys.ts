import { z } from "zod";

export interface EncryptionKey {
  /** Stands beside what the key encrypted, so that it is found again after a rotation. */
  readonly id: string;
  /** 32 bytes, for AES-256-GCM. */
  readonly key: Uint8Array;
}

const keyBytes = 32;
const entryPattern = /^([A-Za-z0-9][A-Za-z0-9._-]{0,31}):([A-Za-z0-9+/]{43}=)$/;

/**
 * `id:base64-of-32-bytes`, comma separated. The first key encrypts, all of them decrypt. Messages name a key by its
 * place, never by its text.
 */
export const encryptionKeys = z.string().transform((text, context): readonly EncryptionKey[] => {
  const keys: EncryptionKey[] = [];
  for (const [index, entry] of text.split(",").entries()) {
    const [, id = "", encoded = ""] = entryPattern.exec(entry.trim()) ?? [];
    const key = Buffer.from(encoded, "base64");
    if (key.length !== keyBytes) {
      context.addIssue(
        `key ${String(index + 1)} must be an id, a colon and the base64 of 32 bytes; make one with \`openssl rand -base64 32\``,
      );
    } else if (keys.some((other) => other.id === id)) {
      context.addIssue(
        `key ${String(index + 1)} has the id of an earlier one; give each key an id of its own`,
      );
    }
    keys.push({ id, key });
  }
  return keys;
});
