import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { type FindReachable, pinned } from "./find-reachable.ts";

/**
 * `fetch` to addresses that others have typed in, as far as callers of outside systems need it: connects to no address that
 * has not been checked, follows no redirect, and keeps no connection. Rejects with what `FindReachable` throws, with the
 * signal's reason, and with Node's own errors of connections.
 */
export const createReachFetch =
  (findReachable: FindReachable): typeof fetch =>
  async (input, init) => {
    const asked = new Request(input, init);
    // Its own may be collected with it before the answer has come to its end.
    const signal = init?.signal ?? asked.signal;
    const url = new URL(asked.url);
    try {
      const [addresses, body] = await endedBy(
        signal,
        Promise.all([findReachable(url), asked.body === null ? null : asked.arrayBuffer()]),
      );
      const answered = await send(url, asked, { addresses, signal, body: body && Buffer.from(body) });
      return toResponse(answered);
    } catch (error) {
      throw signal.aborted ? (signal.reason as Error) : error;
    }
  };

function send(
  url: URL,
  { method, headers }: Request,
  {
    addresses,
    signal,
    body,
  }: {
    readonly addresses: readonly string[];
    readonly signal: AbortSignal;
    readonly body: Buffer | null;
  },
): Promise<IncomingMessage> {
  const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
    method,
    agent: false,
    signal,
    lookup: pinned(addresses),
    headers: {
      ...Object.fromEntries(headers),
      ...(body === null ? {} : { "content-length": body.byteLength }),
    },
  });
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", resolve);
    request.end(body ?? undefined);
  });
}

/** Those of which `Response` takes no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

function toResponse(answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  if (!bodiless.has(status))
    return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status, headers });
  answer.resume();
  return new Response(null, { status, headers });
}

/** What is awaited, or the signal's reason, whichever is first. */
export const endedBy = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason as Error);
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    }),
  ]);
