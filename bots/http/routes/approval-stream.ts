import { Router } from "express";
import type { ApprovalPorts } from "../../../core/approvals/approval-ports.ts";
import type { ApprovalMark } from "../../../core/approvals/approval-store.ts";
import { approvalsWaiting } from "../../../core/approvals/inbox.ts";
import type { ApprovalWatch } from "../../../core/approvals/watch-approvals.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { UserId } from "../../../core/ids.ts";
import { identityOf, sessionOf } from "../authenticate.ts";
import { openEventStream } from "../sse.ts";

/** Streams of one person and of one process; whoever has more reads the count now and then instead. */
const streamsPerPerson = 8;
const streamsPerProcess = 2_000;
/** How often it is asked whether the session still holds, in milliseconds. */
const sessionCheckMs = 15_000;

/**
 * What changes for this person, as it changes: how many approvals wait for them, those that they may look at, and their own
 * questions that wait for an expert.
 */
export function approvalStreamRoutes(
  { approvals: ports }: { readonly approvals: ApprovalPorts },
  watch: ApprovalWatch,
): Router {
  const router = Router();
  const streams = new Map<UserId, number>();
  let all = 0;

  router.get("/approvals/stream", (request, response) => {
    const identity = identityOf(request);
    const session = sessionOf(request);
    const { id: user, tenantId } = identity.member;
    const open = streams.get(user) ?? 0;
    if (open >= streamsPerPerson || all >= streamsPerProcess) {
      throw new ExpertError("rate_limited", "Too many pages listen for approvals.", {
        remedy: "Close some of them; the pages still show what they load.",
        facts: { retryAfterSeconds: 30 },
      });
    }
    streams.set(user, open + 1);
    all += 1;

    const events = openEventStream(response);
    let sent: number | null = null;
    let counting = false;
    let countAgain = false;
    const current = async (): Promise<Identity | null> => {
      const now = await ports.people.identify(tenantId, user);
      const endedAt = now?.member.sessionsValidAfter ?? null;
      const holds =
        session.expiresAt > ports.clock.now() && (endedAt === null || session.issuedAt >= endedAt);
      return holds ? now : null;
    };
    const count = async (): Promise<void> => {
      if (counting) {
        countAgain = true;
        return;
      }
      counting = true;
      try {
        do {
          countAgain = false;
          const now = await current();
          if (!now) {
            events.end();
            return;
          }
          const waiting = (await approvalsWaiting(ports, now)).length;
          if (waiting !== sent) events.send("count", { waiting });
          sent = waiting;
        } while (countAgain);
      } catch (error) {
        ports.logger.debug("approvals could not be counted just now", { error });
      } finally {
        counting = false;
      }
    };
    const onChange = (changed: readonly ApprovalMark[]): void => {
      const concerned = changed.filter(
        ({ askedBy, departmentId }) =>
          askedBy !== user && (departmentId === null || identity.scope.departments.has(departmentId)),
      );
      for (const { turnId, conversationId } of changed.filter(({ askedBy }) => askedBy === user))
        events.send("turn", { turnId, conversationId });
      for (const { id } of concerned) events.send("changed", { approvalId: id });
      if (concerned.length > 0 || changed.length === 0) void count();
    };

    const stopWatching = watch.watch(tenantId, onChange);
    const check = setInterval(() => {
      current().then(
        (now) => {
          if (!now) events.end();
        },
        () => undefined,
      );
    }, sessionCheckMs);
    response.on("close", () => {
      stopWatching();
      clearInterval(check);
      all -= 1;
      const left = (streams.get(user) ?? 1) - 1;
      if (left > 0) streams.set(user, left);
      else streams.delete(user);
    });
    void count();
  });
  return router;
}
