import { ManagedIdentityApplication } from "@azure/msal-node";
import { AuthenticationConstants } from "botframework-connector";
import { z } from "zod";
import type { Clock } from "../../../core/clock.ts";
import { ExpertError } from "../../../core/errors.ts";
import { CallFailure } from "./call-failure.ts";
import { callOnce } from "./call-once.ts";
import { loginRefusal } from "./login-refusals.ts";
import { type BotProof, proofOf } from "./prove-app.ts";
import { translateTeamsError } from "./translate-error.ts";

export interface BotTokenSettings {
  readonly appId: string;
  /** The registration's own Microsoft tenant; null where it serves any. */
  readonly homeTenantId: string | null;
  readonly proof: BotProof;
  /** Without a slash at its end. */
  readonly loginUrl: string;
  /** Longest wait for one answer, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** The bot's own tokens, for its calls to Teams. */
export interface BotTokens {
  /** One that is valid for five more minutes at least. Throws `channel_unavailable`, with the remedy where Entra refuses the bot's proof. */
  token(): Promise<string>;
  /** Teams did not take it: the next one is a new one. False where it was just given, so that another would do no better. */
  reject(token: string): boolean;
}

/** A token that is younger was refused for another reason than its age. */
const freshMs = 60_000;
const spareMs = 5 * 60_000;
const defaultTimeoutMs = 10_000;
const limitBytes = 100_000;

interface Given {
  readonly token: string;
  readonly at: number;
  readonly until: number;
}

const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });

/** Asks once for many callers, and again before a token ends. A refused proof is asked about anew by each call. */
export function createBotTokens(settings: BotTokenSettings, { clock }: { readonly clock: Clock }): BotTokens {
  const { proof } = settings;
  const ask = proof.kind === "managed" ? askAzure(settings, clock) : askEntra(settings, proof, clock);
  let given: Given | null = null;
  let asking: Promise<Given> | null = null;
  return {
    async token() {
      if (given && clock.now().getTime() < given.until) return given.token;
      asking ??= ask()
        .then(({ token, lifeMs }) => {
          const at = clock.now().getTime();
          return (given = { token, at, until: at + Math.max(0, lifeMs - spareMs) });
        })
        .finally(() => (asking = null));
      return (await asking).token;
    },
    reject(token) {
      if (given?.token !== token) return true;
      const young = clock.now().getTime() - given.at < freshMs;
      given = null;
      return !young;
    },
  };
}

type Ask = () => Promise<{ readonly token: string; readonly lifeMs: number }>;

/**
 * By the machine's own identity, and nothing else that may be found on the machine: botbuilder's own way would try
 * secrets of the environment and command-line tools as well.
 */
function askAzure({ appId, timeoutMs = defaultTimeoutMs }: BotTokenSettings, clock: Clock): Ask {
  const identity = new ManagedIdentityApplication({
    managedIdentityIdParams: { userAssignedClientId: appId },
  });
  const resource = AuthenticationConstants.ToChannelFromBotOAuthScope;
  return async () => {
    try {
      const { accessToken: token, expiresOn } = await within(timeoutMs, identity.acquireToken({ resource }));
      const lifeMs = expiresOn ? expiresOn.getTime() - clock.now().getTime() : spareMs;
      return { token, lifeMs };
    } catch (cause) {
      throw new ExpertError("channel_unavailable", "Azure gave no token for the bot's managed identity.", {
        remedy:
          "See that The Expert runs on a machine of Azure that has the user-assigned identity whose client id is TEAMS_APP_ID (Identity, User assigned), or set TEAMS_APP_TYPE.",
        cause,
      });
    }
  };
}

/** Azure's own address leads nowhere on other machines, and a connection to it would be waited for long. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${String(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** By the client credentials of OAuth 2 (learn.microsoft.com, "OAuth 2.0 client credentials flow"). */
function askEntra(
  { appId, homeTenantId, loginUrl, timeoutMs = defaultTimeoutMs }: BotTokenSettings,
  proof: Exclude<BotProof, { readonly kind: "managed" }>,
  clock: Clock,
): Ask {
  const authority = homeTenantId ?? AuthenticationConstants.DefaultChannelAuthTenant;
  const url = `${loginUrl}/${authority}/oauth2/v2.0/token`;
  const prove = proofOf(proof, { appId, url, clock });
  return async () => {
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: appId,
      scope: `${AuthenticationConstants.ToChannelFromBotOAuthScope}/.default`,
      ...prove(),
    });
    const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
    try {
      const call = { url, method: "POST", headers, body: form.toString(), timeoutMs, limitBytes };
      const answer = await callOnce(call);
      if (answer.status !== 200) throw new CallFailure(answer, clock.now());
      const { access_token: token, expires_in: seconds } = answerSchema.parse(
        JSON.parse(answer.body.toString("utf8")),
      );
      return { token, lifeMs: seconds * 1_000 };
    } catch (error) {
      throw translateLogin(error, url);
    }
  };
}

function translateLogin(error: unknown, url: string): ExpertError {
  if (error instanceof CallFailure && (error.status === 400 || error.status === 401)) {
    const [number] = /AADSTS\d+/.exec(error.said) ?? [error.code];
    const { what, remedy } = loginRefusal(number);
    // Of the bot's proof, and not of what was to be sent, which can be sent once the proof is right.
    return new ExpertError("channel_unavailable", `Entra gives the bot no token: ${what} (${number}).`, {
      remedy,
      facts: { status: error.status, teamsError: number },
      cause: error,
    });
  }
  const translated = translateTeamsError(error);
  // Nothing was posted, and a pause that Entra wants is none of the thread's.
  if (
    translated.code !== "channel_unavailable" &&
    translated.code !== "rate_limited" &&
    translated.code !== "internal"
  )
    return translated;
  const { host } = new URL(url);
  const why = error instanceof Error ? `: ${error.message}` : "";
  return new ExpertError("channel_unavailable", `Entra (${host}) gives the bot no token now${why}.`, {
    remedy: `Let this machine reach ${host} over https. If it does, it is tried again by itself.`,
    cause: error,
  });
}
