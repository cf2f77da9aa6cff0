import { pauseAfter, probeMs, unsaidPauseMs } from "../connections/breaker.ts";
import type { Connection } from "../connections/connection.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { isExpertError, wantedPauseMs } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { Dispatch } from "./dispatch.ts";
import type { DispatchCarrier } from "./dispatch-carrier.ts";
import { type Hold, holdDispatch, isHoldLost } from "./hold-dispatch.ts";
import { retryAfter } from "./retry-after.ts";

export interface RunDispatchesPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly carrier: DispatchCarrier;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a worker holds a call without a sign of life, in milliseconds; 30 s unless told. */
  readonly leaseMs?: number;
  /** How long one question to an outside system may take, in milliseconds; 30 s unless told. */
  readonly callMs?: number;
  /** From 0 to below 1: how much later than it could a repeat comes; by chance unless told. */
  readonly random?: () => number;
}

const defaultLeaseMs = 30_000;

/**
 * Makes the calls that wait in a subject, one after the other, until none is due. What an interrupted process began is
 * done again. What fails is tried for a day, then it is dead; what is refused is dead at once, and what follows goes on.
 */
export async function runDispatches(
  ports: RunDispatchesPorts,
  tenant: TenantId,
  subject: string,
): Promise<void> {
  for (;;) {
    const dispatch = await ports.database.withTenant(tenant, ({ dispatches }) =>
      dispatches.take(subject, ports.leaseMs ?? defaultLeaseMs, probeMs),
    );
    if (!dispatch) return;
    if ((await run(ports, tenant, dispatch)) === "waits") return;
  }
}

async function run(
  ports: RunDispatchesPorts,
  tenant: TenantId,
  dispatch: Dispatch,
): Promise<"goes on" | "waits"> {
  const { database } = ports;
  const connection = await database.withTenant(tenant, ({ connections }) =>
    connections.find(dispatch.connectionId),
  );
  if (!connection) throw new Error(`the dispatch ${dispatch.id} has no connection`);
  const hold = holdDispatch({ ...ports, leaseMs: ports.leaseMs ?? defaultLeaseMs }, tenant, dispatch);
  try {
    const { call, callOnce } = hold;
    const carried = await ports.carrier.carry(tenant, { dispatch, connection, call, callOnce });
    if (hold.lost()) return "waits";
    return await database.withTenant(tenant, async ({ dispatches, connections }) => {
      if (hold.answered()) await connections.worked(connection.id);
      if (carried === "done") {
        await dispatches.done(dispatch.id, dispatch.attempt);
        return "goes on";
      }
      await dispatches.postpone(dispatch.id, dispatch.attempt, carried.againAfterMs, false);
      return "waits";
    });
  } catch (error) {
    // Whoever has it by now tells what became of it.
    if (isHoldLost(error) || hold.lost()) return "waits";
    // The rows are away: the lease runs out, and the sweeper finds it.
    if (isExpertError(error, "database_unavailable")) throw error;
    return await fail(ports, tenant, { dispatch, connection, hold }, error);
  } finally {
    hold.end();
  }
}

interface Running {
  readonly dispatch: Dispatch;
  readonly connection: Connection;
  readonly hold: Hold;
}

async function fail(
  ports: RunDispatchesPorts,
  tenant: TenantId,
  running: Running,
  error: unknown,
): Promise<"goes on" | "waits"> {
  const { database, clock, logger } = ports;
  const { dispatch, connection, hold } = running;
  const { id, attempt } = dispatch;
  const undone = hold.undone();
  const reason = reasonOf(error);
  const pauseMs = isExpertError(error, "rate_limited") ? (wantedPauseMs(error) ?? unsaidPauseMs) : null;
  const retryMs = retryAfter(attempt, dispatch.begunAt, clock.now(), (ports.random ?? Math.random)());
  const facts = { dispatch: id, kind: dispatch.body.kind, connection: connection.name, attempt, error };
  if (pauseMs !== null && retryMs !== null) {
    logger.info("an outside system wants to be left alone for a while", { ...facts, pauseMs });
    await database.withTenant(tenant, async ({ connections, dispatches }) => {
      await connections.paused(connection.id, pauseMs);
      await dispatches.postpone(id, attempt, pauseMs, undone);
    });
    return "waits";
  }
  const refused = isExpertError(error, "channel_refused");
  const wait = refused ? null : retryMs;
  logger.warn("a call to an outside system failed", { ...facts, retryMs: wait });
  if (wait === null) await ports.carrier.givenUp(tenant, dispatch, connection, error);
  await database.withTenant(tenant, async ({ connections, dispatches }) => {
    // A refusal is an answer: the system works.
    if (refused && hold.answered()) await connections.worked(connection.id);
    else if (hold.isTheirs(error)) await connections.failed(connection.id, reason, pauseAfter);
    await dispatches.failed(
      id,
      attempt,
      { error: reason, retryMs: wait, undone },
      wait === null ? [givenUpEvent(running, error)] : [],
    );
  });
  return wait === null ? "goes on" : "waits";
}

const givenUpEvent = ({ dispatch: { id, body, attempt }, connection }: Running, error: unknown) =>
  ({
    event: "dispatch.given_up",
    status: "error",
    userId: null,
    resourceType: "dispatch",
    resourceId: id,
    metadata: {
      kind: body.kind,
      connection: connection.id,
      ...("linkId" in body && { link: body.linkId }),
      attempts: attempt,
      code: isExpertError(error) ? error.code : "internal",
    },
  }) as const;

/** Longest reason that is kept, in characters. */
const reasonLength = 500;

const reasonOf = (error: unknown): string =>
  (isExpertError(error) ? `${error.code}: ${error.message}` : String(error)).slice(0, reasonLength);
