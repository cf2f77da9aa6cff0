import { X509Certificate } from "node:crypto";
import {
  AuthError,
  ConfidentialClientApplication,
  type INetworkModule,
  type NodeAuthOptions,
} from "@azure/msal-node";
import { LRUCache } from "lru-cache";
import { ExpertError } from "../../core/errors.ts";

/** How the app proves itself to Entra; certificate and key in PEM form. */
export type AppProof =
  | { readonly kind: "password"; readonly password: string }
  | { readonly kind: "certificate"; readonly certificate: string; readonly key: string };

export interface GraphTokenSettings {
  readonly appId: string;
  readonly proof: AppProof;
  /** Without a slash at its end, such as `https://login.microsoftonline.com`. */
  readonly loginUrl: string;
  /** Whose the token is for, such as `https://graph.microsoft.com`. */
  readonly graphUrl: string;
  /** Longest wait for one answer, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** The app's own tokens for Graph, one for each Microsoft tenant. */
export interface GraphTokens {
  /**
   * One that has not ended. Throws `channel_refused` where Entra does not take the app, `channel_unavailable` where it
   * cannot be asked.
   * @param fresh not one that was given before
   */
  token(msTenantId: string, fresh?: boolean): Promise<string>;
}

const defaultTimeoutMs = 10_000;
const tenantsRemembered = 1_000;

/** By the client credentials of OAuth 2; the tokens are kept by MSAL, which asks anew before they end. */
export function createGraphTokens(settings: GraphTokenSettings): GraphTokens {
  const apps = new LRUCache<string, ConfidentialClientApplication>({ max: tenantsRemembered });
  const scopes = [`${new URL(settings.graphUrl).origin}/.default`];

  function appOf(msTenantId: string): ConfidentialClientApplication {
    const known = apps.get(msTenantId);
    if (known) return known;
    const app = new ConfidentialClientApplication({
      auth: authOf(settings, msTenantId),
      system: { networkClient: networkOf(settings), disableInternalRetries: true },
    });
    apps.set(msTenantId, app);
    return app;
  }

  return {
    async token(msTenantId, fresh = false) {
      try {
        const given = await appOf(msTenantId).acquireTokenByClientCredential({ scopes, skipCache: fresh });
        if (!given?.accessToken) throw new TypeError("Entra answered without a token");
        return given.accessToken;
      } catch (error) {
        throw translateLogin(error);
      }
    },
  };
}

function authOf({ appId, proof, loginUrl }: GraphTokenSettings, msTenantId: string): NodeAuthOptions {
  const authority = authorityOf(loginUrl);
  return {
    clientId: appId,
    authority: `${authority}/${msTenantId}`,
    knownAuthorities: [new URL(authority).host],
    ...(proof.kind === "password"
      ? { clientSecret: proof.password }
      : {
          clientCertificate: {
            thumbprintSha256: new X509Certificate(proof.certificate).fingerprint256.replaceAll(":", ""),
            privateKey: proof.key,
          },
        }),
  };
}

const microsoft = "https://login.microsoftonline.com";

/** MSAL knows authorities by https at the root of a host alone; any other, as for tests, stands in for Microsoft's. */
function authorityOf(loginUrl: string): string {
  const { protocol, pathname, origin } = new URL(loginUrl);
  return protocol === "https:" && pathname === "/" ? origin : microsoft;
}

/** Asks the configured login in place of the authority that MSAL knows. */
function networkOf({
  loginUrl,
  timeoutMs = defaultTimeoutMs,
}: Pick<GraphTokenSettings, "loginUrl" | "timeoutMs">): INetworkModule {
  const authority = authorityOf(loginUrl);
  async function send<T>(
    method: string,
    address: string,
    { headers = {}, body }: { readonly headers?: Record<string, string>; readonly body?: string } = {},
  ): Promise<{ headers: Record<string, string>; body: T; status: number }> {
    if (!address.startsWith(`${authority}/`)) throw new TypeError(`MSAL asks ${new URL(address).origin}`);
    const response = await fetch(`${loginUrl}${address.slice(authority.length)}`, {
      method,
      headers,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: (await response.json()) as T,
    };
  }
  return {
    sendGetRequestAsync: (url, options) => send("GET", url, options),
    sendPostRequestAsync: (url, options) => send("POST", url, options),
  };
}

/** What Entra says of an app that it does not take: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
const refusalCodes = new Set(["invalid_client", "unauthorized_client", "invalid_grant", "invalid_request"]);

function translateLogin(error: unknown): ExpertError {
  const number = error instanceof Error ? (/AADSTS\d+/.exec(error.message)?.[0] ?? null) : null;
  if (error instanceof AuthError && (number !== null || refusalCodes.has(error.errorCode))) {
    return new ExpertError(
      "channel_refused",
      `Entra gives the app no token for Graph (${number ?? error.errorCode}).`,
      {
        remedy:
          "Set TEAMS_APP_PASSWORD, or TEAMS_APP_CERTIFICATE and TEAMS_APP_KEY, anew from the registration's page Certificates & secrets, and check TEAMS_APP_ID and TEAMS_APP_TENANT_ID.",
        cause: error,
      },
    );
  }
  return new ExpertError("channel_unavailable", "Entra gives the app no token for Graph now.", {
    remedy: "See that this machine reaches TEAMS_LOGIN_URL, and try again.",
    cause: error,
  });
}
