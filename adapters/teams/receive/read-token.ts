/** What a token says of itself, before anybody vouches for it. */
export interface TokenClaims {
  readonly algorithm: unknown;
  readonly issuer: unknown;
  readonly audience: unknown;
  readonly serviceUrl: unknown;
  /** In seconds since 1970. */
  readonly expires: unknown;
  readonly notBefore: unknown;
}

/** Longer than any token of Microsoft's, in characters. */
const longestToken = 16_384;
const form = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** The token of an `Authorization` header; null where it carries none of the one kind that Teams sends. */
export function bearerToken(header: string): string | null {
  const [scheme, token, ...more] = header.split(" ");
  if (scheme !== "Bearer" || token === undefined || more.length > 0) return null;
  return token.length <= longestToken && form.test(token) ? token : null;
}

/** What a token claims; null where it is no JSON Web Token. Nothing of it is proven. */
export function readClaims(token: string): TokenClaims | null {
  const [header, payload] = token.split(".").map(readPart);
  if (!header || !payload) return null;
  return {
    algorithm: header["alg"],
    issuer: payload["iss"],
    audience: payload["aud"],
    serviceUrl: payload["serviceurl"],
    expires: payload["exp"],
    notBefore: payload["nbf"],
  };
}

function readPart(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
