import type { IncomingMessage, ServerResponse } from "node:http";
import type { ChatResponse } from "../../core/inbox/chat-receiver.ts";
import type { Logger } from "../../core/logger.ts";

/** Answers the request and says true, or leaves it to others and says false. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A request's body, untouched, and its headers by names in lower case. */
export interface RawPost {
  readonly headers: IncomingMessage["headers"];
  readonly rawBody: Uint8Array;
}

export interface PostAddresses<To> {
  /** As people call who sends, in messages. */
  readonly sender: string;
  /** Whom a path is the address of; null where it is none of these addresses. */
  readonly find: (path: string) => To | null;
  readonly mediaTypes: RegExp;
  /** The same in words, as what the body should have been. */
  readonly expects: string;
}

export interface PostHandlerPorts<To> {
  /** Null where this process takes nothing from the sender over HTTP: then there is nothing at its addresses. */
  readonly receive: ((to: To, request: RawPost) => Promise<ChatResponse>) | null;
  readonly logger: Logger;
}

/** Far beyond what other systems send; what is longer is not read. */
const bodyLimit = 1_000_000;

/**
 * Hands the very bytes of `POST` requests to whoever receives them. Stands before Express, whose share of such a request
 * would be larger than the rest of it. Refuses other methods (405), media types and encodings (415) and bodies beyond
 * 1 MB (413) unread.
 */
export function postHandler<To>(
  { sender, find, mediaTypes, expects }: PostAddresses<To>,
  { receive, logger }: PostHandlerPorts<To>,
): RawHandler {
  const wrongMethod = told(405, `${sender}'s addresses take POST alone.`, { ...close, allow: "POST" });
  const wrongType = told(415, `The body is ${expects}, as ${sender} sends it.`, close);
  const refuse = ({ method, headers }: IncomingMessage): ChatResponse | null => {
    if (method !== "POST") return wrongMethod;
    if (!mediaTypes.test(headers["content-type"] ?? "")) return wrongType;
    if ((headers["content-encoding"] ?? "identity") !== "identity") return wrongType;
    return Number(headers["content-length"] ?? 0) > bodyLimit ? tooLong : null;
  };
  return (request, response) => {
    if (receive === null) return false;
    const to = find(pathOf(request.url ?? ""));
    if (to === null) return false;
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
      receive(to, { headers: request.headers, rawBody }).then(
        (answer) => send(response, answer),
        (error: unknown) => {
          logger.error(`a request of ${sender} failed`, { to, error });
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
