import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { type EndAfter, endAfter } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import type { WebhookSender } from "../../core/webhooks/webhook-sender.ts";
import { faultOf } from "./fault-of.ts";
import { createFindReachable, pinned, type ReachOptions } from "./find-reachable.ts";
import { endedBy } from "./reach-fetch.ts";

export interface WebhookSenderOptions extends ReachOptions {
  /** How long one post may take in all, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number;
  /** What ends it then. */
  readonly endAfter?: EndAfter;
  /** Certificates that are trusted besides the usual ones, PEM; for servers of a company's own authority. */
  readonly ca?: string;
}

const defaultTimeoutMs = 10_000;
/** Of an answer so much is read, for the fault that is shown. */
const longestAnswer = 1_024;

/**
 * Posts to addresses that others have typed in. Each name is resolved once, its addresses are checked, and the connection
 * goes to one of those very addresses: what the name means a moment later counts for nothing. Follows no redirect.
 */
export function createWebhookSender({
  timeoutMs = defaultTimeoutMs,
  endAfter: end = endAfter,
  ca,
  ...reach
}: WebhookSenderOptions): WebhookSender {
  const findReachable = createFindReachable(reach);

  return {
    async post(address, headers, body) {
      const signal = end(timeoutMs);
      const sent = { reached: false };
      try {
        const url = new URL(address);
        const addresses = await endedBy(signal, findReachable(url));
        const send = url.protocol === "https:" ? httpsRequest : httpRequest;
        const request = send(url, {
          method: "POST",
          agent: false,
          signal,
          lookup: pinned(addresses),
          headers: {
            ...headers,
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            "user-agent": "the-expert-webhooks",
          },
          ...(ca === undefined ? {} : { ca }),
        });
        const { status, retryAfter, text } = await answerOf(request, body, sent);
        const fault = faultOf(status, retryAfter, text);
        if (fault) throw fault;
      } catch (error) {
        throw error instanceof ExpertError ? error : unreachable(error, sent.reached);
      }
    },
  };
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

function answerOf(request: ClientRequest, body: string, sent: { reached: boolean }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    // From here on the other side may have heard of it.
    request.on("socket", (socket) => {
      const ready = "encrypted" in socket ? "secureConnect" : "connect";
      socket.once(ready, () => {
        sent.reached = true;
      });
    });
    request.on("response", (response) => {
      beginning(response).then(
        (text) =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: response.headers["retry-after"] ?? null,
            text,
          }),
        reject,
      );
    });
    request.end(body);
  });
}

/** What an answer begins with; the rest is not waited for. */
async function beginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length >= longestAnswer) break;
  }
  return Buffer.concat(chunks).subarray(0, longestAnswer).toString("utf8");
}

const unreachable = (cause: unknown, reached: boolean): ExpertError =>
  new ExpertError(
    "channel_unavailable",
    reached ? "The endpoint did not answer in time, or broke off." : "The endpoint cannot be reached.",
    {
      remedy: "It is tried again by itself for a day; look whether the endpoint is up.",
      facts: { reached, reason: reasonOf(cause) },
      cause,
    },
  );

function reasonOf(cause: unknown): string {
  const { code, name } = (cause ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === "string" ? code : typeof name === "string" ? name : "unknown";
}
