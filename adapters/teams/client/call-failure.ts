import type { OneAnswer } from "./call-once.ts";

/** Teams, or who gives the bot its tokens, answered with a status that is no success. */
export class CallFailure extends Error {
  readonly status: number;
  /** The service's own word for it, as `ContentStreamNotAllowed`; empty where it gave none. */
  readonly code: string;
  /** The service's own sentence; empty where it gave none. */
  readonly said: string;
  /** How long it wants to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(answer: OneAnswer, now: Date) {
    const { code, said } = readError(answer.body.toString("utf8"));
    super(`status ${String(answer.status)}${code === "" ? "" : ` (${code})`}`);
    this.name = "CallFailure";
    this.status = answer.status;
    this.code = code;
    this.said = said;
    this.retryAfterMs = readRetryAfter(answer.headers["retry-after"], now);
  }
}

/** `{"error":{"code","message"}}` of the connector, `{"error","error_description"}` of Entra. */
function readError(body: string): { readonly code: string; readonly said: string } {
  try {
    const { error, message, error_description: described } = JSON.parse(body) as Record<string, unknown>;
    if (typeof error === "object" && error !== null) {
      const { code, message: told } = error as Record<string, unknown>;
      return { code: textOf(code), said: textOf(told) };
    }
    return { code: textOf(error), said: textOf(described) || textOf(message) };
  } catch {
    return { code: "", said: "" };
  }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value.slice(0, 500) : "");

/** Seconds, or a date (RFC 9110, 10.2.3). */
function readRetryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const seconds = Number(header);
  if (header.trim() !== "" && Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
