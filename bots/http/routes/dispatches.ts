import { Router } from "express";
import { z } from "zod";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import type { ListedDispatch } from "../../../core/dispatch/dispatch.ts";
import { listDispatches, redeliver, redeliverAll } from "../../../core/dispatch/redeliver.ts";
import type { ConnectionId, DispatchId } from "../../../core/ids.ts";
import type { Queue } from "../../../core/queue.ts";
import { identityOf } from "../authenticate.ts";
import { dispatchListQuerySchema, type DispatchView } from "../contract/dispatch.ts";
import { parseInput } from "../http-errors.ts";
import { inWords } from "../present-connection.ts";

/** Calls to outside systems that wait or were given up, and having them tried again, for admins. */
export function dispatchRoutes(ports: {
  readonly database: Database;
  readonly queue: Queue;
  readonly clock: Clock;
}): Router {
  const router = Router();

  router.get("/dispatches", async (request, response) => {
    const { state, connection, cursor, limit } = parseInput(dispatchListQuerySchema, request.query);
    const page = await listDispatches(ports, identityOf(request), {
      states: [state],
      connectionId: (connection ?? null) as ConnectionId | null,
      cursor: cursor ?? null,
      limit,
    });
    response.json({ items: page.items.map(presentDispatch), nextCursor: page.nextCursor });
  });

  router.post("/dispatches/:id/redeliver", async (request, response) => {
    await redeliver(ports, identityOf(request), parseInput(z.uuid(), request.params.id) as DispatchId);
    response.json({ redelivered: 1 });
  });

  router.post("/connections/:id/redeliver", async (request, response) => {
    const id = parseInput(z.uuid(), request.params.id) as ConnectionId;
    response.json({ redelivered: await redeliverAll(ports, identityOf(request), id) });
  });
  return router;
}

const presentDispatch = (dispatch: ListedDispatch): DispatchView => ({
  id: dispatch.id,
  connection: { id: dispatch.connectionId, name: dispatch.connectionName },
  kind: dispatch.body.kind,
  event: dispatch.body.kind === "webhook" ? dispatch.body.event : null,
  state: dispatch.state,
  attempts: dispatch.attempts,
  lastError: dispatch.lastError === null ? null : inWords(dispatch.lastError),
  nextAttemptAt: dispatch.nextAttemptAt?.toISOString() ?? null,
  createdAt: dispatch.createdAt.toISOString(),
});
