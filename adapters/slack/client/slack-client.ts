import {
  type Logger as SlackLogger,
  LogLevel,
  type WebAPICallResult,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from "@slack/web-api";
import { z } from "zod";
import { type FormResponse, postForm } from "./post-form.ts";
import { pauseSeconds } from "./retry-after.ts";
import { translateSlackError } from "./translate-slack-error.ts";

export interface SlackClientOptions {
  /** Null for the methods that take none, as the exchange of tokens. */
  readonly token: string | null;
  /** Address of the Web API, with a slash at its end. */
  readonly apiUrl: string;
  /** Longest wait for a whole answer, in milliseconds. */
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 10_000;

/** What Slack's libraries have to say reaches us as errors; their own lines would hold message texts. */
export const quietSlackLogger: SlackLogger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

const answerSchema = z.looseObject({
  ok: z.boolean(),
  error: z.string().optional(),
  response_metadata: z.record(z.string(), z.unknown()).optional(),
});

/**
 * A client of the Web API; the only place that makes one. It never repeats a call and never waits for a rate limit:
 * the outbox does both, and knows more. It throws what Slack's library throws; `callSlack` makes errors of ours of it.
 *
 * The library's own way of calling writes every request and answer into a log line, also where nobody reads it, and
 * costs more than three times as much processor time as this one.
 */
class CallingOnceClient extends WebClient {
  readonly #timeoutMs: number;

  constructor({ token, apiUrl, timeoutMs = usualTimeoutMs }: SlackClientOptions) {
    super(token ?? undefined, {
      slackApiUrl: apiUrl,
      logger: quietSlackLogger,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: timeoutMs,
    });
    this.#timeoutMs = timeoutMs;
  }

  override async apiCall(
    method: string,
    { token, ...fields }: Record<string, unknown> = {},
  ): Promise<WebAPICallResult> {
    const response = await postForm({
      url: `${this.slackApiUrl}${method}`,
      token: typeof token === "string" ? token : this.token,
      fields,
      timeoutMs: this.#timeoutMs,
    }).catch((error: unknown) => {
      throw new WebAPIRequestError(error instanceof Error ? error : new Error(String(error)));
    });
    return readAnswer(response);
  }
}

function readAnswer({ status, statusText, headers, body }: FormResponse): WebAPICallResult {
  if (status === 429) throw new WebAPIRateLimitedError(pauseSeconds(headers["retry-after"]));
  const answer = status === 200 ? answerSchema.safeParse(parseJson(body)) : null;
  if (!answer?.success) {
    const given = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : [],
    );
    throw new WebAPIHTTPError(status, statusText, Object.fromEntries(given));
  }
  const { response_metadata: told = {}, error, ...data } = answer.data;
  const scopes = scopeList(headers["x-oauth-scopes"]);
  const acceptedScopes = scopeList(headers["x-accepted-oauth-scopes"]);
  const result = {
    ...data,
    response_metadata: { ...told, ...(scopes && { scopes }), ...(acceptedScopes && { acceptedScopes }) },
  };
  if (!result.ok) throw new WebAPIPlatformError({ ...result, error: error ?? "unknown_error" });
  return result;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const scopeList = (header: string | readonly string[] | undefined): string[] | null =>
  typeof header === "string" ? header.split(",").map((scope) => scope.trim()) : null;

/** See `CallingOnceClient`. */
export const createSlackClient = (options: SlackClientOptions): WebClient => new CallingOnceClient(options);

/**
 * Calls Slack and throws `ExpertError`s: `rate_limited` with the fact `retryAfterMs`, `channel_refused` where Slack will
 * not take the call however often it is made, `channel_unavailable` where it may later.
 */
export async function callSlack<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateSlackError(error);
  }
}
