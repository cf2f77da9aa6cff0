import type { EndAfter } from "../../../core/clock.ts";
import { ExpertError } from "../../../core/errors.ts";
import { type Answer, noConnection, unavailable } from "./translate-answer.ts";

/** A request as jira-client hands it over, and as this adapter makes its own. */
export interface AskedRequest {
  readonly uri: string;
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?:
    | { readonly bearer: string }
    | { readonly user: string; readonly pass: string; readonly bearer?: undefined };
}

/**
 * jira-client makes text of whatever is thrown within it, request and all, so that nothing is thrown there: what went wrong
 * is handed through as well.
 */
export class Outcome {
  readonly answer: Answer | ExpertError;

  constructor(answer: Answer | ExpertError) {
    this.answer = answer;
  }
}

export interface Sending {
  readonly fetch: typeof fetch;
  /** Longest wait for a whole answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly endAfter: EndAfter;
}

/** An issue with a hundred long comments stays far below. */
const longestAnswerBytes = 16 * 1024 * 1024;

/** Sends one request, once. The outcome is the answer whatever its status, or `channel_unavailable`; redirects are not followed. */
export async function sendRequest(sending: Sending, request: AskedRequest): Promise<Outcome> {
  const { uri, method = "GET", body, form, headers, auth } = request;
  let response: Response;
  try {
    response = await sending.fetch(uri, {
      method,
      headers: {
        accept: "application/json",
        "user-agent": "the-expert",
        ...(auth ? { authorization: authorization(auth) } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(form ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
      // Where it leads elsewhere the credentials are not taken along; the answer says so.
      redirect: "manual",
      signal: sending.endAfter(sending.timeoutMs),
    });
  } catch (cause) {
    return new Outcome(cause instanceof ExpertError ? cause : noConnection(cause));
  }
  try {
    return new Outcome({
      status: response.status,
      headers: response.headers,
      body: await readJson(response),
    });
  } catch (cause) {
    return new Outcome(cause instanceof ExpertError ? cause : unavailable("Jira's answer broke off.", cause));
  }
}

const authorization = (auth: NonNullable<AskedRequest["auth"]>): string =>
  auth.bearer === undefined
    ? `Basic ${Buffer.from(`${auth.user}:${auth.pass}`).toString("base64")}`
    : `Bearer ${auth.bearer}`;

async function readJson(response: Response): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let size = 0;
  if (response.body)
    for await (const part of response.body as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > longestAnswerBytes) throw unavailable("Jira's answer is larger than any that is read here.");
      parts.push(part);
    }
  if (size === 0) return null;
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch (cause) {
    // Errors of proxies are pages; their status says enough.
    if (response.status >= 300) return null;
    throw unavailable("Jira's answer is no JSON.", cause);
  }
}
