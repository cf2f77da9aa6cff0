import type { ChatRequestKind } from "../../../core/inbox/chat-receiver.ts";

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/**
 * A verified body as Bolt expects it: events are JSON, interactions JSON within a form, commands a form. Told apart by
 * what they are, since an app may send all to one address. Null where it is neither.
 */
export function decodeBody(rawBody: Uint8Array): object | null {
  const text = Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength).toString("utf8");
  const body = /^\s*\{/.test(text) ? jsonOf(text) : formOf(new URLSearchParams(text));
  return typeof body === "object" ? body : null;
}

function formOf(form: URLSearchParams): unknown {
  const payload = form.get("payload");
  return payload === null ? Object.fromEntries(form) : jsonOf(payload);
}

/** What kind of request the bytes look like, verified or not; `sentTo` where they look like nothing. */
export function kindOf(rawBody: Uint8Array, sentTo: ChatRequestKind): ChatRequestKind {
  const head = Buffer.from(rawBody.subarray(0, 2_000)).toString("latin1").trimStart();
  if (head.startsWith("{")) return "events";
  if (head.startsWith("payload=")) return "interactions";
  return /(?:^|&)command=/.test(head) ? "commands" : sentTo;
}
