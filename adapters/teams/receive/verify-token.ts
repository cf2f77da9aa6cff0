import { createHash } from "node:crypto";
import { ConfigurationBotFrameworkAuthentication } from "botbuilder";
import {
  AuthenticationConstants,
  AuthenticationError,
  type ClaimsIdentity,
  ServiceClientCredentialsFactory,
} from "botframework-connector";
import { type Activity, CallerIdConstants } from "botframework-schema";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import { ExpertError } from "../../../core/errors.ts";
import { isAllowedServiceUrl, isOnThisMachine } from "../service-url.ts";
import { bearerToken, readClaims, type TokenClaims } from "./read-token.ts";

/**
 * Why a request was refused. `key`: signed by a key that Microsoft does not publish. `endorsement`: by one that may not
 * sign for Teams. `channel`: of another channel of the Bot Framework. `service_url`: the activity wants its answers
 * elsewhere than the token says.
 */
export type RefusalReason =
  | "missing"
  | "malformed"
  | "channel"
  | "algorithm"
  | "issuer"
  | "audience"
  | "expired"
  | "early"
  | "service_url"
  | "key"
  | "endorsement"
  | "signature"
  | "other";

export interface TokenSettings {
  readonly appId: string;
  readonly issuer: string;
  readonly metadataUrl: string;
}

/** What of an activity its token vouches for. */
export interface VouchedActivity {
  readonly channelId?: unknown;
  readonly serviceUrl?: unknown;
}

export interface TokenVerifier {
  /**
   * Checks that Teams sent the activity to this bot: signature, issuer, audience, validity (5 minutes of skew), endorsed
   * keys, service URL. Throws `unauthenticated` with the fact `reason`, a `RefusalReason`, and `channel_unavailable`
   * where Microsoft's keys cannot be had.
   */
  verify(authorization: string | undefined, activity: VouchedActivity): Promise<void>;
}

/** As botbuilder allows. */
const skewSeconds = 300;
const algorithms: ReadonlySet<unknown> = new Set(AuthenticationConstants.AllowedSigningAlgorithms);
/** Teams signs one token for an hour per bot and service URL. */
const tokensRemembered = 1_000;

interface ProvenToken {
  readonly serviceUrl: string;
  /** In seconds since 1970. */
  readonly expires: number;
}

/**
 * Botbuilder decides. What a token itself shows to be wrong is refused before, so that the audit trail tells which. A
 * token that botbuilder has accepted is remembered by its hash until it expires: proving it anew costs some 450 µs of
 * processor time, the rest of an acknowledgement 60.
 */
export function createTokenVerifier(
  settings: TokenSettings,
  { clock }: { readonly clock: Clock },
): TokenVerifier {
  const botbuilder = authentication(settings);
  const proven = new LRUCache<string, ProvenToken>({ max: tokensRemembered });
  const underway = new Map<string, Promise<ProvenToken>>();
  const allowsLocal = isOnThisMachine(settings.metadataUrl);

  const prove = async (token: string, claims: TokenClaims, serviceUrl: string): Promise<ProvenToken> => {
    const activity = { channelId: channel, serviceUrl } as Activity;
    let identity: ClaimsIdentity;
    try {
      ({ claimsIdentity: identity } = await botbuilder.authenticateRequest(activity, `Bearer ${token}`));
    } catch (error) {
      throw translate(error);
    }
    // Botbuilder takes tokens of other senders too, as of its emulator's, and compares less of them.
    const said = (type: string): unknown => identity.getClaimValue(type);
    if (said(AuthenticationConstants.IssuerClaim) !== settings.issuer) throw refused("issuer");
    if (said(AuthenticationConstants.ServiceUrlClaim) !== serviceUrl) throw refused("service_url");
    return { serviceUrl, expires: Number(claims.expires) };
  };

  const proveOnce = async (token: string, hash: string, serviceUrl: string): Promise<ProvenToken> => {
    const claims = readClaims(token);
    if (!claims) throw refused("malformed");
    const fault = faultOf(claims, settings, serviceUrl, clock.now().getTime() / 1_000);
    if (fault) throw refused(fault);
    const proving =
      underway.get(hash) ?? prove(token, claims, serviceUrl).finally(() => underway.delete(hash));
    underway.set(hash, proving);
    const found = await proving;
    proven.set(hash, found);
    return found;
  };

  return {
    async verify(authorization, { channelId, serviceUrl }) {
      if (authorization === undefined || authorization.trim() === "") throw refused("missing");
      const token = bearerToken(authorization);
      if (token === null) throw refused("malformed");
      if (channelId !== channel) throw refused("channel");
      if (typeof serviceUrl !== "string" || !isAllowedServiceUrl(serviceUrl, allowsLocal)) {
        throw refused("service_url");
      }
      const hash = createHash("sha256").update(token).digest("base64");
      const found = proven.get(hash) ?? (await proveOnce(token, hash, serviceUrl));
      if (found.serviceUrl !== serviceUrl) throw refused("service_url");
      if (clock.now().getTime() / 1_000 > found.expires + skewSeconds) throw refused("expired");
    },
  };
}

const channel = "msteams";

/** Every address is set, since botbuilder takes the defaults for all of them or for none. */
function authentication({ appId, issuer, metadataUrl }: TokenSettings) {
  return new ConfigurationBotFrameworkAuthentication(
    {
      ToChannelFromBotLoginUrl: AuthenticationConstants.ToChannelFromBotLoginUrl,
      ToChannelFromBotOAuthScope: AuthenticationConstants.ToChannelFromBotOAuthScope,
      ToBotFromChannelTokenIssuer: issuer,
      OAuthUrl: AuthenticationConstants.OAuthUrl,
      ToBotFromChannelOpenIdMetadataUrl: metadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: AuthenticationConstants.ToBotFromEmulatorOpenIdMetadataUrl,
      CallerId: CallerIdConstants.PublicAzureChannel,
      ValidateAuthority: true,
    },
    new OneApp(appId),
  );
}

/** Tells botbuilder whom tokens are for. What comes in is verified without a secret. */
class OneApp extends ServiceClientCredentialsFactory {
  readonly #appId: string;

  constructor(appId: string) {
    super();
    this.#appId = appId;
  }

  override isValidAppId(appId: string): Promise<boolean> {
    return Promise.resolve(appId === this.#appId);
  }

  override isAuthenticationDisabled(): Promise<boolean> {
    return Promise.resolve(false);
  }

  override createCredentials(): Promise<never> {
    return Promise.reject(new Error("nothing is sent by what verifies"));
  }
}

/** What a token shows to be wrong by itself; null where only its signature can tell. */
function faultOf(
  claims: TokenClaims,
  { issuer, appId }: TokenSettings,
  serviceUrl: string,
  now: number,
): RefusalReason | null {
  if (!algorithms.has(claims.algorithm)) return "algorithm";
  if (claims.issuer !== issuer) return "issuer";
  if (claims.audience !== appId) return "audience";
  if (typeof claims.expires !== "number" || claims.expires + skewSeconds < now) return "expired";
  if (typeof claims.notBefore === "number" && claims.notBefore - skewSeconds > now) return "early";
  return claims.serviceUrl === serviceUrl ? null : "service_url";
}

const refused = (reason: RefusalReason): ExpertError =>
  new ExpertError("unauthenticated", "This request does not carry Teams' token for this bot.", {
    remedy: "Send it from Teams, and set TEAMS_APP_ID to the app that the bot is registered as.",
    facts: { reason },
  });

/** Botbuilder's words for what it found; a wrong signature it lets through as an error of the library below it. */
function translate(error: unknown): ExpertError {
  if (!(error instanceof Error)) return refused("other");
  if (error instanceof AuthenticationError) {
    if (error.statusCode !== 401) return keysAway(error);
    if (error.message.startsWith("Signing Key")) return refused("key");
    return refused(error.message.includes("endorsement") ? "endorsement" : "other");
  }
  if (error.name === "JsonWebTokenError") return refused("signature");
  if (error.name === "NotBeforeError") return refused("early");
  return keysAway(error);
}

const keysAway = (cause: Error): ExpertError =>
  new ExpertError("channel_unavailable", "The keys that Teams signs with cannot be read.", {
    remedy: "See that this machine reaches login.botframework.com; Teams may send the message again.",
    cause,
  });
