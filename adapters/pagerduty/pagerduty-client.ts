import type { APIResponse } from "@pagerduty/pdjs/build/src/api.js";
import { type Clock, type EndAfter, endAfter } from "../../core/clock.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";

export interface PagerDutySettings {
  readonly token: string;
  /** Without a slash at its end: `https://api.pagerduty.com`. */
  readonly apiUrl: string;
  /** Longest wait for one page of an answer, repetitions included, in milliseconds. */
  readonly timeoutMs?: number;
  /** How long is waited before a call that came too often is repeated, three times at most; in milliseconds. */
  readonly pauseMs?: number;
}

/** PagerDuty's REST API as the key may read it. */
export interface PagerDutyClient {
  /**
   * What stands at a path, page after page; null where there is nothing of that id. Throws `channel_refused` where
   * PagerDuty does not take the key, and `channel_unavailable` where it cannot be asked now; the fact `retryAfterMs`
   * says for how long it is not asked again, where it wants a pause.
   */
  read(path: string, query: Readonly<Record<string, string>>): Promise<readonly unknown[] | null>;
}

/** More pages are not read: with a hundred entries each, more than any list that is read here. */
const pagesRead = 20;
/** Where PagerDuty wants a pause and does not say how long: the window of its limits. */
const usualPauseMs = 60_000;

export function createPagerDutyClient(
  { clock, endAfter: end = endAfter }: { readonly clock: Clock; readonly endAfter?: EndAfter },
  { token, apiUrl, timeoutMs = 6_000, pauseMs = 1_000 }: PagerDutySettings,
): PagerDutyClient {
  let quietUntilMs = 0;

  async function ask(call: (signal: AbortSignal) => Promise<APIResponse>): Promise<APIResponse | null> {
    let response: Pick<APIResponse, "status" | "headers" | "data">;
    try {
      response = await call(end(timeoutMs));
    } catch (thrown) {
      // pdjs throws the response itself where its body is no JSON.
      if (!isResponse(thrown)) throw unavailable("PagerDuty does not answer.", { cause: thrown });
      if (thrown.status < 400) throw unavailable("PagerDuty's answer broke off.");
      response = thrown;
    }
    const { status, headers } = response;
    if (status === 404) return null;
    if (status === 429) {
      const retryAfterMs = wantedPauseMs(headers, clock.now());
      quietUntilMs = clock.now().getTime() + retryAfterMs;
      throw tooOften(retryAfterMs);
    }
    if (status >= 400) throw refusal(status);
    return response as APIResponse;
  }

  return {
    async read(path, query) {
      const quietMs = quietUntilMs - clock.now().getTime();
      if (quietMs > 0) throw tooOften(quietMs);
      const { api } = await import("@pagerduty/pdjs");
      const pages: unknown[] = [];
      for (let offset = 0; pages.length < pagesRead;) {
        const queryParameters = offset === 0 ? query : { ...query, offset: String(offset) };
        const response = await ask((signal) =>
          api({
            url: `${apiUrl}${path}`,
            token,
            queryParameters,
            signal,
            redirect: "error",
            headers: { "Content-Type": "application/json" },
            retryTimeout: pauseMs,
            // Its own is a timer that ends nothing, and keeps the process.
            requestTimeout: 0,
          }),
        );
        if (!response) return null;
        const data: unknown = response.data;
        pages.push(data);
        const more = nextOffset(data);
        if (more === null || more <= offset) break;
        offset = more;
      }
      return pages;
    },
  };
}

const isResponse = (thrown: unknown): thrown is APIResponse =>
  typeof thrown === "object" && thrown !== null && "status" in thrown && "headers" in thrown;

function nextOffset(data: unknown): number | null {
  const { more, offset, limit } = data as { more?: unknown; offset?: unknown; limit?: unknown };
  return more === true && typeof offset === "number" && typeof limit === "number" ? offset + limit : null;
}

/** What the headers ask for, in seconds or as a date; in milliseconds. */
function wantedPauseMs(headers: Headers, now: Date): number {
  const wanted = headers.get("retry-after") ?? headers.get("ratelimit-reset");
  if (wanted === null) return usualPauseMs;
  const seconds = Number(wanted);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(wanted) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : usualPauseMs;
}

function refusal(status: number): ExpertError {
  if (status === 401) {
    return refused("PagerDuty does not take the key (401).", status, {
      remedy:
        "In PagerDuty, Integrations, API Access Keys, make a read-only key and set it as PAGERDUTY_API_TOKEN; for an account of the EU region set PAGERDUTY_API_URL=https://api.eu.pagerduty.com.",
    });
  }
  if (status === 403) {
    return refused("The key may not read schedules and their people in PagerDuty (403).", status, {
      remedy:
        "In PagerDuty, Integrations, API Access Keys, make a General Access key that is read-only, and set it as PAGERDUTY_API_TOKEN.",
    });
  }
  return unavailable(`PagerDuty answers ${String(status)}.`);
}

const refused = (message: string, status: number, { remedy }: { remedy: string }): ExpertError =>
  new ExpertError("channel_refused", message, { remedy, facts: { status } });

const tooOften = (retryAfterMs: number): ExpertError =>
  new ExpertError("channel_unavailable", "PagerDuty wants to be asked less often (429).", {
    remedy: `Wait for ${String(Math.ceil(retryAfterMs / 1_000))} s; give The Expert a key of its own.`,
    facts: { retryAfterMs },
  });

const unavailable = (message: string, { cause }: { readonly cause?: unknown } = {}): ExpertError =>
  new ExpertError("channel_unavailable", message, {
    remedy: "See that this machine reaches PagerDuty at PAGERDUTY_API_URL, and try again.",
    ...(cause === undefined ? {} : { cause }),
  });

/** For how long PagerDuty is not asked again after this error, in milliseconds; null where it wants no pause. */
export function pauseAfter(error: unknown): number | null {
  if (!isExpertError(error, "channel_unavailable")) return null;
  const { retryAfterMs } = error.facts;
  return typeof retryAfterMs === "number" ? retryAfterMs : null;
}
