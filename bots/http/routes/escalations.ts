import { Router, json } from "express";
import { z } from "zod";
import { actOnEscalation } from "../../../core/escalation/act.ts";
import type { EscalationPorts } from "../../../core/escalation/escalation-ports.ts";
import { escalationStates } from "../../../core/escalation/escalation.ts";
import { listEscalations, readEscalation } from "../../../core/escalation/read-escalations.ts";
import type { EscalationId } from "../../../core/ids.ts";
import { identityOf } from "../authenticate.ts";
import { escalationActSchema, escalationListQuerySchema } from "../contract/escalation.ts";
import { parseInput } from "../http-errors.ts";
import { presentEscalationDetail, presentEscalationSummary } from "../present-escalation.ts";

/** An answer may be long. */
const bodyLimit = "100kb";

const escalationId = (value: unknown): EscalationId => parseInput(z.uuid(), value) as EscalationId;

export interface EscalationRoutePorts {
  readonly escalations: EscalationPorts;
}

/** What is escalated in a person's departments, and what they do with it. */
export function escalationRoutes({ escalations: ports }: EscalationRoutePorts): Router {
  const router = Router();

  router.get("/escalations", async (request, response) => {
    const identity = identityOf(request);
    const { state, department, cursor, limit } = parseInput(escalationListQuerySchema, request.query);
    const page = await listEscalations(ports, identity, {
      states: state === undefined ? escalationStates : [state],
      department: department ?? null,
      cursor: cursor ?? null,
      limit,
    });
    response.json({
      items: page.items.map((item) => presentEscalationSummary(identity, item)),
      nextCursor: page.nextCursor,
    });
  });

  router.get("/escalations/:id", async (request, response) => {
    const identity = identityOf(request);
    const id = escalationId(request.params.id);
    response.json(presentEscalationDetail(identity, await readEscalation(ports, identity, id)));
  });

  router.post("/escalations/:id/acts", json({ limit: bodyLimit }), async (request, response) => {
    const identity = identityOf(request);
    const id = escalationId(request.params.id);
    const act = parseInput(escalationActSchema, request.body);
    await actOnEscalation(ports, { identity, escalationId: id, act });
    response.json(presentEscalationDetail(identity, await readEscalation(ports, identity, id)));
  });
  return router;
}
