import { z } from "zod";
import type { Clock } from "../../../core/clock.ts";
import { ExpertError } from "../../../core/errors.ts";
import { shorten } from "../../../core/text/cut-text.ts";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON; null where there is none. */
  readonly body: unknown;
}

const remedies = {
  unavailable:
    "It is tried again by itself. See that the connection's address is Jira's, and that Jira runs.",
  credentials:
    "Make a new API token (Cloud) or personal access token (Data Center) and enter it, with its account, in the connection.",
  permissions: "Give the connection's account the project permissions that the connection's test names.",
  address: "Enter Jira's own address in the connection, as it stands in the browser when an issue is open.",
} as const;

export const unavailable = (message: string, cause?: unknown): ExpertError =>
  new ExpertError("channel_unavailable", message, {
    remedy: remedies.unavailable,
    ...(cause === undefined ? {} : { cause: causeOf(cause) }),
  });

/** Codes of Node, undici and OpenSSL of what fails before a request is written; others may be told of later as well. */
const beforeSending =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

const failure = z.object({
  name: z.string().catch("Error"),
  code: z.string().optional().catch(undefined),
  syscall: z.string().optional().catch(undefined),
  cause: z.unknown().optional(),
  errors: z.array(z.unknown()).catch([]),
});
interface Failed {
  readonly code: string;
  readonly connecting: boolean;
}

/** Of a request without an answer; with the fact `reached: false` where nothing was sent. */
export function noConnection(thrown: unknown): ExpertError {
  const found = failuresOf(thrown).find(({ code, connecting }) => connecting || beforeSending.test(code));
  if (!found) return unavailable("Jira does not answer.", thrown);
  return new ExpertError("channel_unavailable", `Jira cannot be reached (${found.code}).`, {
    remedy: remedies.unavailable,
    facts: { reached: false },
    cause: causeOf(thrown),
  });
}

/** Of an error, and of those that it rests on; several addresses of a host fail each for itself. */
function failuresOf(thrown: unknown, depth = 0): readonly Failed[] {
  const { data } = failure.safeParse(thrown);
  if (!data || depth > 4) return [];
  const own = data.code === undefined ? [] : [{ code: data.code, connecting: data.syscall === "connect" }];
  return [...own, ...[...data.errors, data.cause].flatMap((one) => failuresOf(one, depth + 1))];
}

/** Only what happened: an error of fetch may carry the request with its token. */
const causeOf = (thrown: unknown): Error =>
  new Error(
    [
      failure.safeParse(thrown).data?.name ?? "Something else",
      ...failuresOf(thrown).map(({ code }) => code),
    ].join(" "),
  );

const told = z.object({
  errorMessages: z.array(z.string()).catch([]),
  errors: z.record(z.string(), z.string()).catch({}),
});

/** What an answer of status 300 and above means; see `TicketSystem`. Jira's own words are told, shortened, without the token. */
export function refusalOf(
  { status, headers, body }: Answer,
  { clock, token }: { readonly clock: Clock; readonly token: string },
): ExpertError {
  const facts = { status };
  const words = wordsOf(body).replaceAll(token, "…");
  const said = words === "" ? "" : `: ${words}`;
  if (status === 429) {
    const reason = headers.get("ratelimit-reason");
    return new ExpertError("rate_limited", "Jira wants a pause.", {
      remedy: "It goes on by itself.",
      facts: {
        ...facts,
        retryAfterMs: wantedPauseMs(headers, clock.now()),
        ...(reason === null ? {} : { reason: shorten(reason, 80) }),
      },
    });
  }
  if (status >= 500 || status === 408) return unavailable(`Jira answers with an error (${String(status)}).`);
  // Jira asks for a CAPTCHA after several wrong passwords: a 403 that no permission mends.
  const denied = (headers.get("x-authentication-denied-reason") ?? "") !== "";
  if (status === 401 || (status === 403 && denied))
    return new ExpertError("unauthenticated", `Jira does not take the connection's credentials${said}.`, {
      remedy: remedies.credentials,
      facts,
    });
  if (status < 400)
    return new ExpertError("channel_refused", `Jira leads elsewhere (${String(status)}).`, {
      remedy: remedies.address,
      facts,
    });
  return new ExpertError("channel_refused", `Jira refuses it (${String(status)})${said}.`, {
    remedy: remedyOf(status, words),
    facts,
  });
}

function wordsOf(body: unknown): string {
  const parsed = told.safeParse(body);
  if (!parsed.success) return "";
  const { errorMessages, errors } = parsed.data;
  const all = [...errorMessages, ...Object.entries(errors).map(([field, message]) => `${field}: ${message}`)];
  return shorten(all.join("; ").replaceAll(/\s+/g, " ").trim(), 300).replace(/\.$/, "");
}

function remedyOf(status: number, words: string): string {
  if (status === 413) return "Attach a smaller file, or let Jira take larger ones.";
  if (status === 403) return remedies.permissions;
  if (status === 404)
    return "See that the address, the project and the permissions of the account are right.";
  if (/\blabels?\b/i.test(words) && /screen/i.test(words))
    return "Put the field Labels on the create screen of the project: tickets are found by their label.";
  if (/screen/i.test(words))
    return "Put the field on the project's screen, or take it out of the department's escalation policy.";
  return "Correct the department's escalation policy: project, issue type, priority and fields as Jira names them.";
}

/** Where Jira does not say how long: by its reason (https://developer.atlassian.com/cloud/jira/platform/rate-limiting/). */
const usualPausesMs = { burst: 5_000, issue: 15_000, other: 60_000 } as const;
const longestPauseMs = 3_600_000;

/** `Retry-After` in seconds or as a date, `X-RateLimit-Reset` as a date; in milliseconds, an hour at most. */
function wantedPauseMs(headers: Headers, now: Date): number {
  const after = headers.get("retry-after");
  const seconds = after === null ? NaN : Number(after);
  const until = Date.parse(after ?? headers.get("x-ratelimit-reset") ?? "");
  const reason = headers.get("ratelimit-reason") ?? "";
  const usual = reason.includes("burst")
    ? usualPausesMs.burst
    : reason.includes("issue")
      ? usualPausesMs.issue
      : usualPausesMs.other;
  const wanted = Number.isFinite(seconds)
    ? seconds * 1_000
    : Number.isFinite(until)
      ? until - now.getTime()
      : usual;
  return Math.min(Math.max(wanted, 1_000), longestPauseMs);
}
