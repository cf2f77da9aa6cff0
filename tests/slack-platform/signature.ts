import { createHmac } from "node:crypto";

/** `v0=` and the HMAC-SHA256 of `v0:{timestamp}:{body}`: docs.slack.dev/authentication/verifying-requests-from-slack. */
export const signRequest = (secret: string, timestamp: number, body: string | Uint8Array): string =>
  `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex")}`;
