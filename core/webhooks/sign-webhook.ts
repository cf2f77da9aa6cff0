import { createHmac, createSecretKey } from "node:crypto";

const encoded = "whsec_";

/**
 * The headers that say who sent a body, as https://www.standardwebhooks.com has it: one HMAC-SHA256 of
 * `ID.SECONDS.BODY` for each secret. A secret that begins with `whsec_` is the base64 of its bytes; any other is its own
 * UTF-8 bytes.
 */
export function signWebhook(
  id: string,
  at: Date,
  body: string,
  secrets: readonly string[],
): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> {
  const seconds = String(Math.floor(at.getTime() / 1_000));
  const signatures = secrets.map((secret) => {
    const key = secret.startsWith(encoded)
      ? createSecretKey(secret.slice(encoded.length), "base64")
      : createSecretKey(secret, "utf8");
    return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`, "utf8").digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signatures.join(" ") };
}
