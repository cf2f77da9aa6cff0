import { Agent as HttpAgent, type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { stringify } from "node:querystring";
import { afterRunning } from "./running-time.ts";

export interface FormRequest {
  readonly url: string;
  readonly token: string | undefined;
  /** Objects are sent as JSON text, as Slack reads them; what is undefined or null is left out. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

export interface FormResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Many times the longest answer that Slack gives. */
const answerBytesLimit = 10 * 1_024 * 1_024;
/** Shorter than servers keep an idle connection, so that none is used in the moment in which it closes. */
const idleMs = 20_000;
const kept = { keepAlive: true, maxSockets: 100, timeout: idleMs };
const secure = { request: httpsRequest, agent: new HttpsAgent(kept) };
const plain = { request: httpRequest, agent: new HttpAgent(kept) };

/**
 * Posts a form over a connection that is kept, and reads the whole answer. Node's own client, since its `fetch` takes
 * twice the processor time for a call of this size. Throws what the connection throws, an error with the code
 * ETIMEDOUT where the whole answer has not come while this process ran for so long, and one with EMSGSIZE where it is
 * longer than 10 MB.
 */
export function postForm({ url, token, fields, timeoutMs }: FormRequest): Promise<FormResponse> {
  const body = Buffer.from(stringify(asText(fields)));
  const { request, agent } = url.startsWith("https:") ? secure : plain;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: "POST",
      agent,
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": body.length,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });
    const end = afterRunning(timeoutMs, () => {
      sent.destroy(
        Object.assign(new Error(`no answer within ${String(timeoutMs)} ms`), { code: "ETIMEDOUT" }),
      );
    });
    const fail = (error: Error): void => {
      end();
      reject(error);
    };
    sent.once("error", fail);
    sent.once("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= answerBytesLimit) chunks.push(chunk);
        else sent.destroy(Object.assign(new Error("the answer is too long"), { code: "EMSGSIZE" }));
      });
      response.once("error", fail);
      response.once("end", () => {
        end();
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? "",
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    sent.end(body);
  });
}

function asText(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    text[name] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return text;
}
