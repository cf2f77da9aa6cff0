import { ExpertError } from "../../core/errors.ts";
import type { SecretBox } from "../../core/secrets/secret-box.ts";

/** Encrypts nothing, and keeps the promises of the port otherwise. */
export const plainBox = (...keys: readonly string[]): SecretBox => ({
  seal: (secret, context) => `${keys[0] ?? ""}|${context}|${secret}`,
  open(sealed, context) {
    const [key = "", place, secret = ""] = sealed.split("|");
    if (!keys.includes(key)) throw new ExpertError("configuration_invalid", `There is no key ${key}.`);
    if (place !== context) throw new ExpertError("internal", "It belongs elsewhere.");
    return secret;
  },
  isCurrent: (sealed) => sealed.startsWith(`${keys[0] ?? ""}|`),
});
