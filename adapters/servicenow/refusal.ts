import { ExpertError, type ErrorDetails } from "../../core/errors.ts";

/** Where ServiceNow wants a pause and does not say how long: its limits are by the hour, this is short of it; in milliseconds. */
const usualPauseMs = 60_000;

/** Of Node and its fetch: where a call ends with one of them, no request left this machine. */
const neverReached =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|EPROTO)$/;

/** What ServiceNow said, as far as it may be shown. */
interface Said {
  readonly status: number;
  readonly headers: Headers;
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
 * @param secrets are cut out of what ServiceNow says
 */
export function refusalsOf(baseUrl: string, secrets: readonly string[]): Refusals {
  const { host } = new URL(baseUrl);
  const because = (message: string): string => {
    const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), message.slice(0, 4_000));
    return clean === "" ? "" : `: ${clean.slice(0, 300)}`;
  };
  const unavailable = (message: string, details: ErrorDetails): ExpertError =>
    new ExpertError("channel_unavailable", message, details);
  return {
    lost(thrown) {
      const code = codeOf(thrown);
      return unavailable(`ServiceNow does not answer${code === "" ? "" : ` (${code})`}.`, {
        remedy: `See that this machine reaches ${host}, and that the instance is awake.`,
        facts: { host, ...(neverReached.test(code) ? { reached: false } : {}) },
      });
    },
    refused({ status, headers, message }, now) {
      const facts = { host, status };
      if (status === 429) {
        const retryAfterMs = wantedPauseMs(headers, now);
        return new ExpertError("rate_limited", "ServiceNow wants to be called less often (429).", {
          remedy: "Wait; in ServiceNow, see System Web Services, Rate Limit Rules.",
          facts: { ...facts, retryAfterMs },
        });
      }
      if (status === 401) {
        return new ExpertError("unauthenticated", "ServiceNow does not take the account (401).", {
          remedy: "See the user name and the password of the connection, and that the account is active.",
          facts,
        });
      }
      if (status >= 500 || status === 408 || status < 400) {
        return unavailable(`ServiceNow answers ${String(status)}${because(message)}`, {
          remedy: `Try again; see that ${host} is the instance's address.`,
          facts,
        });
      }
      return new ExpertError(
        "channel_refused",
        `ServiceNow refuses it (${String(status)})${because(message)}`,
        {
          remedy:
            status === 403
              ? "Give the connection's account the roles that docs/servicenow.md names; see the instance's business rules and data policies."
              : "See what ServiceNow says, and change the policy or the connection.",
          facts,
        },
      );
    },
    unreadable: (what) =>
      unavailable(`ServiceNow's answer cannot be read: ${what}.`, {
        remedy: `See that ${host} is the instance's address, and that the instance is awake.`,
        facts: { host },
      }),
  };
}

/** Node's fetch has the code on the error's cause, which has several errors where it tried several addresses. */
function codeOf(thrown: unknown): string {
  const { code, cause, errors } = (thrown ?? {}) as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  if (Array.isArray(errors)) return codeOf(errors[0]);
  return cause === undefined ? "" : codeOf(cause);
}

/** `Retry-After` in seconds or as a date; in milliseconds. */
function wantedPauseMs(headers: Headers, now: Date): number {
  const wanted = headers.get("retry-after");
  if (wanted === null || wanted === "") return usualPauseMs;
  const seconds = Number(wanted);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(wanted) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : usualPauseMs;
}
