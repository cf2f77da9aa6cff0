import { Router, json, type Request, type Response } from "express";
import { rateLimit } from "express-rate-limit";
import type { Clock } from "../../../core/clock.ts";
import type { AuditLog } from "../../../core/audit/audit-event.ts";
import type { Database } from "../../../core/database.ts";
import type { LocalAccount } from "../../../core/identity/member.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import type { People } from "../../../core/identity/directory.ts";
import { authenticate, identityOf, isLoopback, refuseCrossSite, sessionOf } from "../authenticate.ts";
import { signInSchema } from "../contract/identity.ts";
import { parseInput } from "../http-errors.ts";
import { presentPerson } from "../present.ts";
import { issueToken, sessionCookie, sessionLifetimeMs } from "../session-token.ts";

export interface SessionPorts {
  readonly database: Database;
  readonly people: People;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SessionOptions {
  readonly secret: string;
  /** May the local accounts be used, by those on this machine? */
  readonly localAccounts: boolean;
}

const signInsPerMinute = 30;

/** Signing in and out. Local accounts need no password, and exist for this machine alone. */
export function sessionRoutes(ports: SessionPorts, options: SessionOptions): Router {
  const router = Router();
  const accountsFor = async (request: Request): Promise<readonly LocalAccount[]> =>
    options.localAccounts && isLoopback(request) ? await ports.database.localAccounts() : [];

  router.get("/sign-in-options", async (request, response) => {
    const accounts = await accountsFor(request);
    response.json({
      companyName: accounts[0]?.companyName ?? null,
      localAccounts: accounts.map(({ email, name, roles }) => ({ email, name, roles })),
    });
  });

  const limit = rateLimit({
    windowMs: 60_000,
    limit: signInsPerMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    // Counted by the connection: what a proxy says of whom it speaks for is ignored on purpose.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: () => {
      throw new ExpertError("rate_limited", "Too many sign-ins from here.", {
        remedy: "Wait a minute and try again.",
      });
    },
  });

  router.post("/session", refuseCrossSite, limit, json({ limit: "10kb" }), async (request, response) => {
    const { email } = parseInput(signInSchema, request.body);
    const accounts = await accountsFor(request);
    const account = accounts.find((candidate) => candidate.email === email);
    if (!account) {
      await noteRefusal(ports, email);
      throw new ExpertError("unauthenticated", "There is no such account here.", {
        remedy: "Local accounts are offered on the machine itself, at its loopback address.",
      });
    }
    await signIn(ports, options, account, response);
  });

  const guard = authenticate(ports, options.secret);
  router.get("/session", guard, async (request, response) => {
    const identity = identityOf(request);
    const name = await ports.database.withTenant(identity.member.tenantId, ({ members }) =>
      members.companyName(),
    );
    response.json({ person: presentPerson(identity), company: { name } });
  });
  router.delete("/session", guard, refuseCrossSite, async (request, response) => {
    const { member } = identityOf(request);
    // A millisecond later than the session itself, also where the clock of the process that began it is ahead.
    const before = new Date(latest(ports.clock.now(), sessionOf(request).issuedAt) + 1);
    await ports.database.withTenant(member.tenantId, ({ members }) =>
      members.endSessions(member.id, before, [
        { event: "auth.logout", status: "success", userId: member.id },
      ]),
    );
    ports.people.forget(member.tenantId);
    response.clearCookie(sessionCookie, cookieOptions).status(204).end();
  });
  return router;
}

const latest = (...moments: readonly (Date | null)[]): number =>
  Math.max(...moments.map((moment) => moment?.getTime() ?? 0));

const cookieOptions = { httpOnly: true, sameSite: "strict", path: "/" } as const;

async function signIn(
  ports: SessionPorts,
  { secret }: SessionOptions,
  { tenantId, userId, companyName }: LocalAccount,
  response: Response,
): Promise<void> {
  const identity = await ports.people.identify(tenantId, userId);
  if (!identity)
    throw new ExpertError("forbidden", "This account is switched off.", {
      remedy: "Ask your administrator.",
    });
  await ports.audit.append(tenantId, [
    { event: "auth.login", status: "success", userId, metadata: { method: "local_account" } },
  ]);
  const now = ports.clock.now();
  // Where a policy asks for it, approvers decide soon after.
  await ports.database.withTenant(tenantId, ({ members }) => members.signedIn(userId, now));
  const issuedAt = new Date(latest(now, identity.member.sessionsValidAfter));
  const expiresAt = new Date(now.getTime() + sessionLifetimeMs);
  response.cookie(sessionCookie, issueToken(secret, { tenantId, userId, issuedAt, expiresAt }), {
    ...cookieOptions,
    expires: expiresAt,
  });
  response.json({ person: presentPerson(identity), company: { name: companyName } });
}

/**
 * A refusal belongs to no tenant that the caller has proven: where there is one alone it keeps it, else the log does,
 * without the address, which may be a person's of any of them.
 */
async function noteRefusal({ database, audit, logger }: SessionPorts, email: string): Promise<void> {
  const [tenant, ...others] = await database.tenants();
  if (tenant && others.length === 0) {
    await audit.append(tenant.id, [
      { event: "auth.denied", status: "denied", userId: null, metadata: { email } },
    ]);
  } else logger.warn("a sign-in was refused", { tenants: tenant ? others.length + 1 : 0 });
}
