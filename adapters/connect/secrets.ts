import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SecretBox } from "../../core/secrets/secret-box.ts";
import type { Config } from "../config.ts";
import { createSecretBox, type EncryptionKey } from "../encryption/secret-box.ts";
import { secretFile } from "../filesystem/secret-file.ts";

/** The name of the key that is made where none is configured. */
const ownKeyId = "data-folder";

/**
 * Encrypts with the configured keys, or with one that is made once and kept in the data folder. That one still opens
 * what it sealed after keys were configured.
 */
export async function connectSecrets(config: Config): Promise<SecretBox> {
  const configured = config.ENCRYPTION_KEYS ?? [];
  const file = join(config.DATA_DIR, "encryption-key");
  if (configured.length > 0 && !existsSync(file)) return createSecretBox(configured);
  const own: EncryptionKey = { id: ownKeyId, key: Buffer.from(await secretFile(file), "hex") };
  return createSecretBox([...configured, own]);
}
