import { createHmac, timingSafeEqual } from "node:crypto";
import { ExpertError } from "../../../core/errors.ts";
import type { ChatRequest } from "../../../core/inbox/chat-receiver.ts";

/**
 * Why a request was refused. `old`: signed further from now than Slack allows, either way. `truncated`: the signature
 * is not the body's, and the body visibly lacks its end. `wrong`: any other signature.
 */
export type RefusalReason = "missing" | "malformed" | "old" | "wrong" | "truncated";

export interface SignedRequest {
  /** Any of them may have signed, so that a signing secret can be replaced without a gap. */
  readonly secrets: readonly string[];
  readonly headers: ChatRequest["headers"];
  readonly rawBody: Uint8Array;
  readonly now: Date;
}

/** Slack's own bound against replays (docs.slack.dev, "Verifying requests from Slack"). */
const toleranceSeconds = 300;

/**
 * Checks that Slack sent these bytes just now: `v0=` and the HMAC-SHA256 of `v0:{timestamp}:{body}`, compared in
 * constant time. Throws `unauthenticated` with the fact `reason`, a `RefusalReason`.
 */
export function verifySlackSignature({ secrets, headers, rawBody, now }: SignedRequest): void {
  const signature = headers["x-slack-signature"];
  const timestamp = headers["x-slack-request-timestamp"];
  if (signature === undefined || timestamp === undefined) throw refused("missing");
  if (typeof signature !== "string" || typeof timestamp !== "string") throw refused("malformed");
  if (!/^v0=[0-9a-f]{64}$/.test(signature) || !/^\d{1,12}$/.test(timestamp)) throw refused("malformed");
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > toleranceSeconds) throw refused("old");
  const given = Buffer.from(signature);
  let genuine = false;
  for (const secret of secrets) {
    const digest = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(rawBody).digest("hex");
    if (timingSafeEqual(given, Buffer.from(`v0=${digest}`))) genuine = true;
  }
  if (!genuine) throw refused(isCut(headers, rawBody) ? "truncated" : "wrong");
}

const refused = (reason: RefusalReason): ExpertError =>
  new ExpertError("unauthenticated", "This request does not carry Slack's signature.", {
    remedy:
      "Send it from Slack, and set SLACK_SIGNING_SECRET to the signing secret of the app that sends it.",
    facts: { reason },
  });

/** Whether fewer bytes came than were announced, or JSON, plain or in a form, ends before its last brace. */
function isCut(headers: ChatRequest["headers"], rawBody: Uint8Array): boolean {
  const announced = Number(headers["content-length"] ?? rawBody.byteLength);
  if (announced > rawBody.byteLength) return true;
  const body = Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength);
  const head = body.toString("latin1", 0, 16).trimStart();
  const tail = body.toString("latin1", Math.max(0, body.byteLength - 16)).trimEnd();
  if (head.startsWith("{")) return !tail.endsWith("}");
  return head.startsWith("payload=") && !/(?:%7d|\})$/i.test(tail);
}
