import { botClient } from "../slack-platform/bot-client.ts";
import { signRequest } from "../slack-platform/signature.ts";
import type { EventSender, WrittenEvent } from "./event-sender.ts";

/** How long Slack waits for an acknowledgement before it sends the event again, in milliseconds (docs.slack.dev, Events API). */
const patienceMs = 3_000;

/** Signs and sends events as Slack does. */
export function createSlackSender(url: string, signingSecret: string): EventSender<WrittenEvent> {
  const client = botClient();
  return {
    async send({ body }, retry) {
      const bytes = Buffer.from(body);
      const timestamp = Math.floor(Date.now() / 1_000);
      const headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": String(timestamp),
        "X-Slack-Signature": signRequest(signingSecret, timestamp, bytes),
        ...(retry === undefined
          ? {}
          : { "X-Slack-Retry-Num": String(retry), "X-Slack-Retry-Reason": "http_timeout" }),
      };
      const { status } = await client.post(url, headers, bytes, patienceMs);
      return { status, at: performance.now() };
    },
    close: () => client.close(),
  };
}
