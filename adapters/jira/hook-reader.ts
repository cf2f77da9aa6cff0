import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { HookReader } from "../../core/connections/hook-reader.ts";
import { ExpertError } from "../../core/errors.ts";

const deleted = "jira:issue_deleted";
/** What is heard; all that is taken of it is which issue it is, since the issue itself is read again; but for one that is gone. */
export const heardEvents: ReadonlySet<string> = new Set([
  "jira:issue_updated",
  deleted,
  "comment_created",
  "comment_updated",
]);

const payload = z.object({
  webhookEvent: z.string(),
  issue: z.object({ id: z.union([z.string(), z.number()]).transform(String) }).optional(),
  comment: z.object({ self: z.string().catch("") }).optional(),
});
const toldSchema = z.object({ event: z.string(), issueId: z.string().regex(/^\d{1,18}$/) });

/**
 * Webhooks of Jira, signed with `X-Hub-Signature: sha256=…` over the very bytes. Jira does not date them: an old one that is
 * sent again only makes the issue be read again, which changes nothing.
 */
export const jiraHookReader: HookReader = {
  system: "jira",
  read({ headers, rawBody }, secrets) {
    const signature = single(headers["x-hub-signature"]);
    if (signature === undefined) return { outcome: "forged", reason: "It is not signed." };
    if (!secrets.some((secret) => isSignedWith(secret, rawBody, signature)))
      return { outcome: "forged", reason: "No secret of the connection made its signature." };
    const parsed = payload.safeParse(parseJson(rawBody));
    if (!parsed.success) return { outcome: "unreadable", reason: "It is not what Jira sends." };
    const { webhookEvent, issue, comment } = parsed.data;
    // Data Center's events of comments name the issue in the comment's address alone.
    const issueId = issue?.id ?? /\/issue\/(\d+)\/comment\//.exec(comment?.self ?? "")?.[1];
    if (!heardEvents.has(webhookEvent) || issueId === undefined) return { outcome: "ignored" };
    const body = { event: webhookEvent, issueId };
    if (!toldSchema.safeParse(body).success)
      return { outcome: "unreadable", reason: "It names no issue by its number." };
    return { outcome: "told", deliveryId: deliveryId(headers, rawBody), body };
  },
  told(body) {
    const parsed = toldSchema.safeParse(body);
    if (!parsed.success)
      throw new ExpertError("invalid_input", "That is nothing that Jira's webhook told.", {
        cause: parsed.error,
      });
    // No key: a ticket that was made twice has the same one, and its closing must not pass for the other's.
    const { event, issueId } = parsed.data;
    return { externalId: issueId, key: null, change: null, ...(event === deleted && { gone: true }) };
  },
};

type Headers = Parameters<HookReader["read"]>[0]["headers"];

const single = (value: Headers[string]): string | undefined =>
  typeof value === "string" ? value : value?.[0];

function isSignedWith(secret: string, bytes: Uint8Array, signature: string): boolean {
  const expected = Buffer.from(`sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`);
  const given = Buffer.from(signature.trim().toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Cloud names each delivery, the same again when it repeats it; Data Center does not: there it is the bytes, which hold the moment. */
function deliveryId(headers: Headers, bytes: Uint8Array): string {
  const named = single(headers["x-atlassian-webhook-identifier"]);
  return named !== undefined && /^[\w.:-]{1,200}$/.test(named)
    ? named
    : `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return null;
  }
}
