import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import type { AuditLog } from "../../core/audit/audit-event.ts";
import type { Clock } from "../../core/clock.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { Identity, People } from "../../core/identity/directory.ts";
import { readCookie, readToken, type Session, sessionCookie } from "./session-token.ts";

interface SignedIn {
  readonly identity: Identity;
  readonly session: Session;
}

const signedIn = new WeakMap<Request, SignedIn>();

/** Who asks. Throws `unauthenticated` on a route that `authenticate` does not guard. */
export function identityOf(request: Request): Identity {
  return signedInOf(request).identity;
}

/** By which session they ask. Throws as `identityOf` does. */
export const sessionOf = (request: Request): Session => signedInOf(request).session;

function signedInOf(request: Request): SignedIn {
  const found = signedIn.get(request);
  if (!found) throw unauthenticated();
  return found;
}

export const unauthenticated = (): ExpertError =>
  new ExpertError("unauthenticated", "You are not signed in, or your sign-in has expired.", {
    remedy: "Sign in again.",
  });

export interface AuthenticationPorts {
  readonly people: People;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/**
 * Lets signed-in, active people pass; a session that has run out or was ended is recorded. The end of a session shows
 * at once in the process that signed the person out, and in others once they forget the person (`createPeople`).
 */
export const authenticate =
  ({ people, audit, clock }: AuthenticationPorts, secret: string): RequestHandler =>
  async (request, _response, next) => {
    const token = readCookie(request.headers.cookie, sessionCookie);
    const session = token === null ? null : readToken(secret, token);
    if (!session) throw unauthenticated();
    const { tenantId, userId, issuedAt, expiresAt } = session;
    const identity = expiresAt > clock.now() ? await people.identify(tenantId, userId) : null;
    const validAfter = identity?.member.sessionsValidAfter ?? null;
    if (!identity || (validAfter !== null && issuedAt < validAfter)) {
      await audit.append(tenantId, [
        { event: "auth.denied", status: "denied", userId, metadata: { path: request.path } },
      ]);
      throw unauthenticated();
    }
    signedIn.set(request, { identity, session });
    next();
  };

/** Records what a signed-in person was refused, before the refusal goes out. */
export const recordRefusals =
  (audit: AuditLog): ErrorRequestHandler =>
  async (error: unknown, request: Request, _response, next) => {
    const member = signedIn.get(request)?.identity.member;
    if (member && isExpertError(error, "forbidden")) {
      const metadata = { method: request.method, path: request.path, reason: error.message };
      await audit.append(member.tenantId, [
        { event: "policy.denied", status: "denied", userId: member.id, metadata },
      ]);
    }
    next(error);
  };

const loopbackAddresses = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);
const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** What a proxy says of whom it speaks for. One that says nothing cannot be told from a person on this machine. */
const proxyHeader = /^(?:x-forwarded-.+|forwarded|x-real-ip|via)$/;

/**
 * From this machine, and addressed as this machine: neither a page elsewhere that points its own name here counts, nor
 * what a proxy on this machine passes on.
 */
export function isLoopback(request: Request): boolean {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  return (
    loopbackAddresses.has(request.socket.remoteAddress ?? "") &&
    loopbackHosts.has(host) &&
    !Object.keys(request.headers).some((name) => proxyHeader.test(name))
  );
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses changes that another site's page asks for with this person's cookie. Browsers name the page's origin with
 * every change; the cookie's SameSite=Strict keeps it from such requests besides.
 */
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
