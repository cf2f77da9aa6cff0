import { ExpertError, type ErrorDetails } from "../../core/errors.ts";

/** Where PagerDuty wants a pause and does not say how long: what it suggests for events, in milliseconds (https://developer.pagerduty.com/docs/events-api-v2/rate-limits/). */
const suggestedPauseMs = 30_000;

/** Of Node and its fetch: where a call ends with one of them, no request left this machine. */
const neverReached =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|EPROTO)$/;

/** What PagerDuty said, as far as it may be shown. */
export interface Said {
  readonly status: number;
  /** By its name in lower case; null where there is none. */
  readonly header: (name: string) => string | null;
  readonly message: string;
}

export interface Refusals {
  /** A call that ended without an answer. */
  lost(thrown: unknown): ExpertError;
  /** An answer that is no yes. */
  refused(said: Said, now: Date): ExpertError;
  /** An answer that cannot be read. */
  unreadable(what: string): ExpertError;
}

/**
 * Errors of one connection, as `TicketSystem` says them.
 * @param address whose answer it was
 * @param secrets are cut out of what PagerDuty says
 */
export function refusalsOf(address: string, secrets: readonly string[]): Refusals {
  const host = hostOf(address);
  const clean = (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text.slice(0, 4_000)).slice(0, 300);
  const because = (message: string): string => (message === "" ? "" : `: ${clean(message)}`);
  return {
    lost(thrown) {
      const code = codeOf(thrown);
      const reached = !neverReached.test(code);
      return unavailable(`PagerDuty does not answer${code === "" ? "" : ` (${code})`}.`, {
        remedy: `See that this machine reaches ${host}.`,
        facts: { host, ...(reached ? {} : { reached: false }) },
      });
    },
    refused({ status, header, message }, now) {
      const facts = { host, status };
      if (status === 429) {
        const retryAfterMs = wantedPauseMs(header, now);
        return new ExpertError("rate_limited", "PagerDuty wants to be called less often (429).", {
          remedy: "Wait; give The Expert an integration and a key of its own.",
          facts: { ...facts, retryAfterMs },
        });
      }
      if (status === 401 || (status === 400 && /routing.?key/i.test(message))) {
        const what = status === 401 ? "the REST key" : "the integration key";
        return new ExpertError("unauthenticated", `PagerDuty does not take ${what} (${String(status)}).`, {
          remedy:
            status === 401
              ? "In PagerDuty, Integrations, API Access Keys, make a key and set it in the connection; for the EU region set its addresses too."
              : "In PagerDuty, on the service's page, Integrations, copy the key of the Events API v2 integration into the connection; for the EU region set its addresses too.",
          facts,
        });
      }
      if (status >= 500 || status === 408 || status < 400) {
        return unavailable(`PagerDuty answers ${String(status)}${because(message)}`, {
          remedy: `Try again; see that ${host} is PagerDuty's address.`,
          facts,
        });
      }
      return new ExpertError(
        "channel_refused",
        `PagerDuty refuses it (${String(status)})${because(message)}`,
        {
          remedy:
            status === 402 || status === 403
              ? "See what the REST key may do, and what the plan of the PagerDuty account has."
              : "See what PagerDuty says, and change the policy or the connection.",
          facts,
        },
      );
    },
    unreadable: (what) =>
      unavailable(`PagerDuty's answer cannot be read: ${what}.`, {
        remedy: `See that ${host} is PagerDuty's address.`,
        facts: { host },
      }),
  };
}

const unavailable = (message: string, details: ErrorDetails): ExpertError =>
  new ExpertError("channel_unavailable", message, details);

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return "the address";
  }
}

/** node-fetch has the code on the error, Node's own fetch on its cause, which has several where it tried several addresses. */
function codeOf(thrown: unknown): string {
  const { code, cause, errors } = (thrown ?? {}) as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  if (Array.isArray(errors)) return codeOf(errors[0]);
  return cause === undefined ? "" : codeOf(cause);
}

/** What the headers ask for, in seconds or as a date; in milliseconds. */
function wantedPauseMs(header: Said["header"], now: Date): number {
  const wanted = header("retry-after") ?? header("ratelimit-reset");
  if (wanted === null || wanted === "") return suggestedPauseMs;
  const seconds = Number(wanted);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(wanted) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : suggestedPauseMs;
}
