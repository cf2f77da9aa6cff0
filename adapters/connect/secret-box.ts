import { join } from "node:path";
import type { SecretBox } from "../../core/secrets/secret-box.ts";
import type { Config } from "../config.ts";
import { createSecretBox } from "../encryption/secret-box.ts";
import { secretFile } from "../filesystem/secret-file.ts";

const ownKey = "data-folder";

/** The box of the configured keys, or of one that is made once and kept in the data folder. */
export async function connectSecretBox({
  ENCRYPTION_KEYS: keys,
  DATA_DIR: folder,
}: Pick<Config, "ENCRYPTION_KEYS" | "DATA_DIR">): Promise<SecretBox> {
  if (keys !== undefined) return createSecretBox(keys);
  const key = Buffer.from(await secretFile(join(folder, "encryption-key")), "hex");
  return createSecretBox([{ id: ownKey, key }]);
}
