import { lookup } from "node:dns/promises";
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { ExpertError } from "../../core/errors.ts";
import type { WebhookSender } from "../../core/webhooks/webhook-sender.ts";
import { isException, isPublic, readAllowed } from "./allowed-address.ts";
import { faultOf } from "./fault-of.ts";

export interface WebhookSenderOptions {
  /** Hosts, addresses and prefixes that may be written to although they are not public, also without https. */
  readonly allowPrivate: readonly string[];
  /** How long one post may take in all, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number;
  /** The addresses of a host; the system's resolver unless told. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
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
  allowPrivate,
  timeoutMs = defaultTimeoutMs,
  resolve = resolveHost,
  ca,
}: WebhookSenderOptions): WebhookSender {
  const allowed = readAllowed(allowPrivate);

  async function pin(url: URL): Promise<readonly string[]> {
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const addresses = isIP(host) === 0 ? await resolve(host) : [host];
    if (addresses.length === 0) throw Object.assign(new Error("no address"), { code: "ENOTFOUND" });
    const known = addresses.every((address) => isException(allowed, host, address));
    if (!known && !addresses.every((address) => isPublic(address) || isException(allowed, host, address)))
      throw refused("The address belongs to a network that webhooks are not sent to.", {
        remedy: "Name the host in WEBHOOK_ALLOW_PRIVATE, or choose a public address.",
      });
    if (url.protocol !== "https:" && !known)
      throw refused("The address is none of https.", {
        remedy: "Use https, or name the host in WEBHOOK_ALLOW_PRIVATE.",
      });
    return addresses;
  }

  return {
    async post(address, headers, body) {
      const signal = AbortSignal.timeout(timeoutMs);
      const sent = { reached: false };
      try {
        const url = new URL(address);
        if (url.protocol !== "https:" && url.protocol !== "http:")
          throw refused("The address is none of https.", { remedy: "Use https." });
        const addresses = await endedBy(signal, pin(url));
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

const resolveHost = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Answers with these addresses, whatever is asked. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_host, options, done) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (options.all === true) done(null, found);
    else if (first) done(null, first.address, first.family);
  };

/** What is awaited, or the signal's reason, whichever is first. */
const endedBy = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    }),
  ]);

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

const refused = (message: string, { remedy }: { readonly remedy: string }): ExpertError =>
  new ExpertError("channel_refused", message, { remedy, facts: { reached: false } });

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
