/** Slack's refusal of a call: `{ ok: false, error }` with HTTP 200, or 429 where it carries `retryAfter`. */
export class SlackRefusal extends Error {
  readonly code: string;
  readonly detail: string;
  readonly extra: Record<string, unknown>;
  readonly retryAfter: number | undefined;

  constructor(
    code: string,
    detail: string,
    more: { extra?: Record<string, unknown>; retryAfter?: number } = {},
  ) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
    this.extra = more.extra ?? {};
    this.retryAfter = more.retryAfter;
  }
}

/** With the messages that Slack puts under response_metadata. */
export const refusalWithMessages = (code: string, messages: readonly string[]): SlackRefusal =>
  new SlackRefusal(code, messages.join("; "), { extra: { response_metadata: { messages } } });
