import { Agent as HttpAgent, type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface OneCall {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Longest wait for the whole answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Longest answer that is read; a longer one ends the connection. */
  readonly limitBytes: number;
}

export interface OneAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The answer was longer than wanted. */
export class AnswerTooLong extends Error {
  constructor(limitBytes: number) {
    super(`the answer is longer than ${String(limitBytes)} bytes`);
    this.name = "AnswerTooLong";
  }
}

/** No answer came: the connection could not be made, broke, or took too long. */
export class NoAnswer extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = "NoAnswer";
  }
}

/** Shorter than servers keep an idle connection, so that none is used in the moment in which it closes. */
const idleMs = 20_000;
const kept = { keepAlive: true, maxSockets: 100, timeout: idleMs };
const secure = { request: httpsRequest, agent: new HttpsAgent(kept) };
const plain = { request: httpRequest, agent: new HttpAgent(kept) };

/**
 * One request over a connection that is kept, and its whole answer, whatever its status; redirects are not followed.
 * Throws `NoAnswer` and `AnswerTooLong`.
 */
export function callOnce({ url, method, headers, body, timeoutMs, limitBytes }: OneCall): Promise<OneAnswer> {
  const { request, agent } = url.startsWith("https:") ? secure : plain;
  const bytes = body === null ? null : Buffer.from(body);
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      agent,
      headers: { ...headers, ...(bytes && { "content-length": bytes.length }) },
    });
    const timer = setTimeout(() => {
      sent.destroy(new Error(`no answer within ${String(timeoutMs)} ms`));
    }, timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error instanceof AnswerTooLong ? error : new NoAnswer(error));
    };
    sent.once("error", fail);
    sent.once("response", (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > limitBytes) response.destroy(new AnswerTooLong(limitBytes));
        else chunks.push(chunk);
      });
      response.once("error", fail);
      response.once("end", () => {
        clearTimeout(timer);
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, body: Buffer.concat(chunks) });
      });
    });
    sent.end(bytes);
  });
}
