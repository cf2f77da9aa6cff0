import type { Request, RequestHandler } from "express";
import type { Clock } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Identity, People } from "../../core/identity/directory.ts";
import { readCookie, readToken, sessionCookie } from "./session-token.ts";

const identities = new WeakMap<Request, Identity>();

/** Who asks. Throws `unauthenticated` on a route that `authenticate` does not guard. */
export function identityOf(request: Request): Identity {
  const identity = identities.get(request);
  if (!identity) throw unauthenticated();
  return identity;
}

export const unauthenticated = (): ExpertError =>
  new ExpertError("unauthenticated", "You are not signed in, or your sign-in has expired.", {
    remedy: "Sign in again.",
  });

/** Lets signed-in, active people pass. */
export const authenticate =
  ({
    people,
    clock,
    secret,
  }: {
    readonly people: People;
    readonly clock: Clock;
    readonly secret: string;
  }): RequestHandler =>
  async (request, _response, next) => {
    const token = readCookie(request.headers.cookie, sessionCookie);
    const session = token === null ? null : readToken(secret, token, clock.now());
    const identity = session && (await people.identify(session.tenantId, session.userId));
    if (!identity) throw unauthenticated();
    identities.set(request, identity);
    next();
  };

const loopbackAddresses = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);
const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** From this machine, and addressed as this machine: a page elsewhere that points its own name here does not count. */
export function isLoopback(request: Request): boolean {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  return loopbackAddresses.has(request.socket.remoteAddress ?? "") && loopbackHosts.has(host);
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Refuses changes that another site's page asks for with this person's cookie. */
export const refuseCrossSite: RequestHandler = (request, _response, next) => {
  const { origin, host } = request.headers;
  if (!safeMethods.has(request.method) && origin !== undefined && !sameHost(origin, host)) {
    throw new ExpertError("forbidden", "This request came from another site.", {
      remedy: "Use The Expert's own page.",
    });
  }
  next();
};

const sameHost = (origin: string, host: string | undefined): boolean =>
  URL.canParse(origin) && new URL(origin).host === host;
