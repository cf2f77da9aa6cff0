import type { IncomingMessage, ServerResponse } from "node:http";
import type { ChatReceiver, ChatRequestKind, ChatResponse } from "../../core/inbox/chat-receiver.ts";
import type { Logger } from "../../core/logger.ts";

/** Answers the request and says true, or leaves it to others and says false. */
export type ChatHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface ChatAddresses {
  /** As people call it, in messages. */
  readonly platform: "Slack" | "Teams";
  /** By path. */
  readonly addresses: ReadonlyMap<string, ChatRequestKind>;
  readonly mediaTypes: RegExp;
  /** The same in words, as what the body should have been. */
  readonly expects: string;
}

export interface ChatHandlerPorts {
  /** Null where the platform does not reach this process over HTTP: then there is nothing at its addresses. */
  readonly receiver: ChatReceiver | null;
  readonly logger: Logger;
}

/** Far beyond what platforms send; what is longer is not read. */
const bodyLimit = 1_000_000;

/**
 * Hands the very bytes of `POST` requests to the receiver. Stands before Express, whose share of such a request would be
 * larger than the rest of it. Refuses other methods (405), media types and encodings (415) and bodies beyond 1 MB (413)
 * unread.
 */
export function chatHandler(
  { platform, addresses, mediaTypes, expects }: ChatAddresses,
  { receiver, logger }: ChatHandlerPorts,
): ChatHandler {
  const wrongMethod = told(405, `${platform}'s addresses take POST alone.`, { ...close, allow: "POST" });
  const wrongType = told(415, `The body is ${expects}, as ${platform} sends it.`, close);
  const refuse = ({ method, headers }: IncomingMessage): ChatResponse | null => {
    if (method !== "POST") return wrongMethod;
    if (!mediaTypes.test(headers["content-type"] ?? "")) return wrongType;
    if ((headers["content-encoding"] ?? "identity") !== "identity") return wrongType;
    return Number(headers["content-length"] ?? 0) > bodyLimit ? tooLong : null;
  };
  return (request, response) => {
    const kind = addresses.get(pathOf(request.url ?? ""));
    if (kind === undefined || receiver === null) return false;
    const refusal = refuse(request);
    if (refusal) {
      send(response, refusal);
      return true;
    }
    readBody(request, (rawBody) => {
      if (rawBody === null) {
        send(response, tooLong);
        return;
      }
      receiver.receive({ kind, headers: request.headers, rawBody }).then(
        (answer) => send(response, answer),
        (error: unknown) => {
          logger.error(`a request of ${platform} failed`, { kind, error });
          send(response, failed);
        },
      );
    });
    return true;
  };
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

const told = (status: number, message: string, headers: Record<string, string> = {}): ChatResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify({ error: { code: status === 500 ? "internal" : "invalid_input", message } }),
});
// What is refused unread keeps its connection from being used again.
const close = { connection: "close" };
const tooLong = told(413, "The body is longer than 1 MB.", close);
const failed = told(500, "Something went wrong on our side.");

/**
 * The body once it is whole; null where it is too long; what there is of it where the connection ended early, so that
 * it is recorded like any other forgery, although nobody is there to be answered.
 */
function readBody(request: IncomingMessage, done: (body: Buffer | null) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let ended = false;
  const end = (body: Buffer | null): void => {
    if (ended) return;
    ended = true;
    done(body);
  };
  request.on("data", (chunk: Buffer) => {
    length += chunk.byteLength;
    if (length > bodyLimit) end(null);
    else chunks.push(chunk);
  });
  const whole = (): void => end(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
  request.on("end", whole);
  request.on("error", () => undefined);
  request.on("close", () => {
    if (length > 0) whole();
  });
}

function send(response: ServerResponse, { status, headers, body }: ChatResponse): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}
