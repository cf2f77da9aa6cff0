import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { type EndAfter, endAfter as endByTimer } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import { missingPermissions } from "./graph-permissions.ts";
import type { GraphTokens } from "./graph-tokens.ts";

export interface GraphClientSettings {
  /** With its version and without a slash at its end: `https://graph.microsoft.com/v1.0`. */
  readonly graphUrl: string;
  /** Longest wait for one answer, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** What ends that wait. */
  readonly endAfter?: EndAfter;
}

/** Microsoft Graph as the app may read it. */
export interface GraphClient {
  /**
   * What stands at a path, or at an address that Graph gave; null where there is nothing of that id. Throws
   * `channel_refused` where the app lacks a permission, and `channel_unavailable` where Graph cannot be asked now.
   */
  read(msTenantId: string, path: string): Promise<unknown>;
}

/** Graph wants a pause: it is waited for where it is short, twice at most. */
const retries = 2;
const pauseMs = 500;
const longestPauseMs = 3_000;
const retried = new Set([429, 500, 502, 503, 504]);

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string().catch("") }) });

export function createGraphClient(
  { graphUrl, timeoutMs = 5_000, endAfter = endByTimer }: GraphClientSettings,
  tokens: GraphTokens,
): GraphClient {
  async function ask(url: string, token: string): Promise<Response> {
    try {
      return await fetch(url, {
        headers: { accept: "application/json", authorization: `Bearer ${token}` },
        redirect: "error",
        signal: endAfter(timeoutMs),
      });
    } catch (cause) {
      throw unavailable("Graph does not answer.", cause);
    }
  }

  return {
    async read(msTenantId, path) {
      const url = path.startsWith("/") ? `${graphUrl}${path}` : path;
      // The token is for Graph alone, whatever address an answer names.
      if (!url.startsWith(`${graphUrl}/`))
        throw unavailable(`Graph named another address: ${new URL(url).origin}`);
      let token = await tokens.token(msTenantId);
      for (let attempt = 0; ; attempt += 1) {
        const response = await ask(url, token);
        if (response.ok) return await bodyOf(response);
        const code = await codeOf(response);
        if (response.status === 404 && code === "Request_ResourceNotFound") return null;
        if (response.status === 401 && attempt === 0) {
          token = await tokens.token(msTenantId, true);
          continue;
        }
        const waitMs = pauseOf(response, attempt);
        if (!retried.has(response.status) || attempt >= retries || waitMs > longestPauseMs) {
          throw refusal(response.status, code, token);
        }
        await delay(waitMs);
      }
    },
  };
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw unavailable("Graph's answer broke off.", cause);
  }
}

const codeOf = async (response: Response): Promise<string> =>
  errorSchema.safeParse(await response.json().catch(() => null)).data?.error.code ?? "";

/** What the header asks for, in seconds or as a date, else a little more each time; in milliseconds. */
function pauseOf(response: Response, attempt: number): number {
  const wanted = response.headers.get("retry-after");
  if (wanted === null) return pauseMs * 2 ** attempt;
  const seconds = Number(wanted);
  return Math.max(0, Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(wanted) - Date.now() || pauseMs);
}

function refusal(status: number, code: string, token: string): ExpertError {
  if (status !== 401 && status !== 403) return unavailable(`Graph answers ${String(status)} ${code}.`);
  const missing = missingPermissions(token);
  const which = missing.length === 0 ? "the permissions anew" : missing.join(" and ");
  return new ExpertError("channel_refused", `Graph refuses the app (${String(status)} ${code}).`, {
    remedy: `In Entra, App registrations, the bot's registration, API permissions, add ${which} of Microsoft Graph under Application permissions, and choose Grant admin consent.`,
    facts: { status, graphError: code, missing: missing.join(" ") },
  });
}

const unavailable = (message: string, cause?: unknown): ExpertError =>
  new ExpertError("channel_unavailable", message, {
    remedy: "See that this machine reaches Microsoft Graph, and try again.",
    ...(cause === undefined ? {} : { cause }),
  });
