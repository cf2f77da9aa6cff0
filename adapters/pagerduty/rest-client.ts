import { type Clock, type EndAfter, endAfter } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import { refusalsOf } from "./refusal.ts";

export interface RestSettings {
  /** Without a slash at its end: `https://api.pagerduty.com`. */
  readonly apiUrl: string;
  readonly token: string;
  /** Longest wait for an answer, in milliseconds. */
  readonly timeoutMs: number;
}

type Query = Readonly<Record<string, string | readonly string[]>>;

/** PagerDuty's REST API, one attempt for each call: pdjs would repeat one by itself, and hides what a refusal says. */
export interface RestClient {
  /** Null where there is nothing at the path. Throws as `TicketSystem` does. */
  get(path: string, query?: Query): Promise<unknown>;
  /** @param from e-mail address of the user in whose name it is done */
  post(path: string, from: string, body: object): Promise<unknown>;
  /** That an answer is none that is read here. */
  unreadable(what: string): Error;
}

export interface RestPorts {
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  /** What ends the wait for an answer. */
  readonly endAfter?: EndAfter;
}

export function createRestClient(
  { clock, fetch: send = fetch, endAfter: end = endAfter }: RestPorts,
  { apiUrl, token, timeoutMs }: RestSettings,
): RestClient {
  const refusals = refusalsOf(apiUrl, [token]);

  async function call(path: string, init: RequestInit): Promise<{ status: number; body: unknown }> {
    const signal = end(timeoutMs);
    const response = await send(`${apiUrl}${path}`, {
      ...init,
      signal,
      redirect: "manual",
      headers: {
        accept: "application/vnd.pagerduty+json;version=2",
        "content-type": "application/json",
        authorization: `Token token=${token}`,
        ...(init.headers as Record<string, string> | undefined),
      },
    }).catch((thrown: unknown) => {
      throw thrown instanceof ExpertError ? thrown : refusals.lost(thrown);
    });
    const text = await response.text().catch(() => null);
    const { status, headers } = response;
    const body = parse(text);
    if (status >= 200 && status < 300) {
      if (body === undefined) throw refusals.unreadable("it broke off");
      return { status, body };
    }
    if (status === 404) return { status, body: null };
    throw refusals.refused(
      { status, header: (name) => headers.get(name), message: messageOf(body) },
      clock.now(),
    );
  }

  return {
    async get(path, query = {}) {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) {
        for (const one of typeof value === "string" ? [value] : value) search.append(name, one);
      }
      const { body } = await call(search.size === 0 ? path : `${path}?${search.toString()}`, {
        method: "GET",
      });
      return body;
    },
    async post(path, from, body) {
      const answer = await call(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { from },
      });
      if (answer.status !== 404) return answer.body;
      const gone = { status: 404, header: () => null, message: "there is no such incident" };
      throw refusals.refused(gone, clock.now());
    },
    unreadable: (what) => refusals.unreadable(what),
  };
}

/** Undefined where it is no JSON. */
function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function messageOf(body: unknown): string {
  const { error } = (body ?? {}) as { error?: { message?: unknown; errors?: unknown } };
  const parts = [
    error?.message,
    ...(Array.isArray(error?.errors) ? (error.errors as readonly unknown[]) : []),
  ];
  return parts.filter((part) => typeof part === "string").join("; ");
}
