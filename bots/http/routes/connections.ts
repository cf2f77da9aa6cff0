import { Router, json } from "express";
import { z } from "zod";
import type { Clock } from "../../../core/clock.ts";
import {
  addConnection,
  changeConnection,
  listConnections,
  type ManagedConnection,
} from "../../../core/connections/manage-connections.ts";
import { testConnection } from "../../../core/connections/test-connection.ts";
import type { Database } from "../../../core/database.ts";
import type { EscalationPorts } from "../../../core/escalation/escalation-ports.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { ConnectionId } from "../../../core/ids.ts";
import type { SecretBox } from "../../../core/secrets/secret-box.ts";
import type { WebhookSender } from "../../../core/webhooks/webhook-sender.ts";
import { identityOf } from "../authenticate.ts";
import {
  addConnectionBody,
  changeConnectionSchema,
  type ConnectionTestView,
  type ConnectionView,
} from "../contract/connection.ts";
import { parseInput } from "../http-errors.ts";
import { presentConnection } from "../present-connection.ts";

export interface ConnectionRoutePorts {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: SecretBox;
  readonly escalations: EscalationPorts;
  readonly webhooks: WebhookSender;
}

const connectionId = (value: unknown): ConnectionId => parseInput(z.uuid(), value) as ConnectionId;

/** Outside systems of the company, for admins. `publicUrl`: where this server is reached; null where nobody has said. */
export function connectionRoutes(ports: ConnectionRoutePorts, publicUrl: string | null): Router {
  const router = Router();

  const present = ({ member }: Identity, managed: ManagedConnection): ConnectionView => {
    const { kind, id } = managed.connection;
    const hookUrl = publicUrl === null ? null : `${publicUrl}/v1/hooks/${kind}/${member.tenantId}/${id}`;
    return presentConnection(managed, hookUrl);
  };

  router.get("/connections", async (request, response) => {
    const identity = identityOf(request);
    const found = await listConnections(ports, identity);
    response.json({ items: found.map((one) => present(identity, one)) });
  });

  router.post("/connections", json(), async (request, response) => {
    const identity = identityOf(request);
    const added = await addConnection(ports, identity, parseInput(addConnectionBody, request.body));
    response.json(present(identity, added));
  });

  router.patch("/connections/:id", json(), async (request, response) => {
    const identity = identityOf(request);
    const id = connectionId(request.params.id);
    const change = parseInput(changeConnectionSchema, request.body);
    response.json(present(identity, await changeConnection(ports, identity, id, change)));
  });

  router.post("/connections/:id/test", async (request, response) => {
    const identity = identityOf(request);
    const id = connectionId(request.params.id);
    const { as, faults } = await testConnection(
      { ...ports, systems: ports.escalations.systems },
      identity,
      id,
    );
    response.json({
      as,
      faults: faults.map(({ fault, remedy }) => ({ fault, remedy })),
    } satisfies ConnectionTestView);
  });
  return router;
}
