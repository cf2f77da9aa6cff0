import { Router, json } from "express";
import { z } from "zod";
import { escalateApproval, withdrawAnswer } from "../../../core/approvals/act.ts";
import type { Approval } from "../../../core/approvals/approval.ts";
import type { ApprovalPorts } from "../../../core/approvals/approval-ports.ts";
import { decide } from "../../../core/approvals/decide.ts";
import { approvalsDecided, approvalsWaiting } from "../../../core/approvals/inbox.ts";
import { readApproval } from "../../../core/approvals/read-approval.ts";
import type { ApprovalWatch } from "../../../core/approvals/watch-approvals.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { ApprovalId } from "../../../core/ids.ts";
import { identityOf } from "../authenticate.ts";
import { type ApprovalDetail, approvalListQuerySchema, decisionSchema } from "../contract/approval.ts";
import { parseInput } from "../http-errors.ts";
import { presentApprovalDetail, presentApprovalSummary } from "../present-approval.ts";

/** A decision carries a whole answer. */
const bodyLimit = "100kb";

const approvalId = (value: unknown): ApprovalId => parseInput(z.uuid(), value) as ApprovalId;

export interface ApprovalRoutePorts {
  readonly approvals: ApprovalPorts;
}

/** What waits for this person's decision, and deciding it. */
export function approvalRoutes({ approvals: ports }: ApprovalRoutePorts, watch: ApprovalWatch): Router {
  const router = Router();

  router.get("/approvals", async (request, response) => {
    const identity = identityOf(request);
    const { decided, cursor, limit } = parseInput(approvalListQuerySchema, request.query);
    const before = cursor === undefined ? null : new Date(cursor);
    const { approvals, next } =
      decided === "true"
        ? await approvalsDecided(ports, identity, { before, limit })
        : { approvals: await approvalsWaiting(ports, identity), next: null };
    response.json({
      items: approvals.map((approval) => presentApprovalSummary(identity, approval)),
      nextCursor: next?.toISOString() ?? null,
    });
  });

  router.get("/approvals/count", async (request, response) => {
    const waiting = await approvalsWaiting(ports, identityOf(request));
    response.json({ waiting: waiting.length });
  });

  router.get("/approvals/:id", async (request, response) => {
    const view = await readApproval(ports, identityOf(request), approvalId(request.params.id));
    response.json(presentApprovalDetail(view));
  });

  /** Does what the person wants, and tells how the approval stands then; everyone who looks at it is told too. */
  const act = async (identity: Identity, work: () => Promise<Approval>): Promise<ApprovalDetail> => {
    try {
      const { id } = await work();
      return presentApprovalDetail(await readApproval(ports, identity, id));
    } finally {
      watch.changed(identity.member.tenantId);
    }
  };

  router.post("/approvals/:id/decisions", json({ limit: bodyLimit }), async (request, response) => {
    const identity = identityOf(request);
    const id = approvalId(request.params.id);
    const { revision, ...decision } = parseInput(decisionSchema, request.body);
    response.json(await act(identity, () => decide(ports, { identity, approvalId: id, decision, revision })));
  });

  router.post("/approvals/:id/escalate", async (request, response) => {
    const identity = identityOf(request);
    const id = approvalId(request.params.id);
    response.json(await act(identity, () => escalateApproval(ports, { identity, approvalId: id })));
  });

  router.post("/approvals/:id/undo", async (request, response) => {
    const identity = identityOf(request);
    const id = approvalId(request.params.id);
    response.json(await act(identity, () => withdrawAnswer(ports, { identity, approvalId: id })));
  });
  return router;
}
