import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { ExpertError } from "../../core/errors.ts";
import type { SecretBox } from "../../core/secrets/secret-box.ts";

export interface EncryptionKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

const algorithm = "aes-256-gcm";
/** What NIST SP 800-38D recommends for GCM: an initialisation vector of 96 bits and a tag of 128. */
const ivBytes = 12;
const tagBytes = 16;
const version = "v1";
/** `v1.<keyId>.<iv>.<ciphertext>.<tag>`, the last three in base64url; a key's id may hold dots itself. */
const sealedPattern = /^v1\.(.+)\.([\w-]+)\.([\w-]*)\.([\w-]+)$/;

/**
 * AES-256-GCM with a random initialisation vector for each secret and the context as additional data, so that what is
 * moved to another place does not open there. The first key encrypts, all of them decrypt.
 */
export function createSecretBox(keys: readonly EncryptionKey[]): SecretBox {
  const [newest] = keys;
  if (!newest) throw new TypeError("a secret box needs a key");

  return {
    seal(secret, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, newest.key, iv, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(context, "utf8"));
      const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      const parts = [iv, text, cipher.getAuthTag()].map((part) => part.toString("base64url"));
      return [version, newest.id, ...parts].join(".");
    },
    open(sealed, context) {
      const [, keyId, ...encoded] = sealedPattern.exec(sealed) ?? [];
      if (keyId === undefined) throw unreadable();
      const known = keys.find(({ id }) => id === keyId);
      if (!known) throw keyGone(keyId);
      const [iv, text, tag] = encoded.map((part) => Buffer.from(part, "base64url"));
      if (iv?.length !== ivBytes || tag?.length !== tagBytes || text === undefined) throw unreadable();
      try {
        const decipher = createDecipheriv(algorithm, known.key, iv, { authTagLength: tagBytes });
        decipher.setAAD(Buffer.from(context, "utf8"));
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
      } catch (error) {
        throw unreadable(error);
      }
    },
    isCurrent: (sealed) => sealedPattern.exec(sealed)?.[1] === newest.id,
  };
}

const keyGone = (keyId: string): ExpertError =>
  new ExpertError(
    "configuration_invalid",
    `A stored secret needs the encryption key ${keyId}, which is not there.`,
    {
      remedy: `Put the key ${keyId} back behind the first one in ENCRYPTION_KEYS, or add the workspace again.`,
      facts: { keyId },
    },
  );

const unreadable = (cause?: unknown): ExpertError =>
  new ExpertError("internal", "A stored secret was changed, or belongs elsewhere: it does not open.", {
    remedy: "Add the workspace again; its tokens are then stored anew.",
    cause,
  });
