import { Router, json } from "express";
import { z } from "zod";
import type { AuditEvent, AuditEventName } from "../../../core/audit/audit-event.ts";
import type { ApprovalPorts } from "../../../core/approvals/approval-ports.ts";
import { escalateWrong, feedbackEvent } from "../../../core/conversation/give-feedback.ts";
import type { Database } from "../../../core/database.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { ConversationId, TurnId } from "../../../core/ids.ts";
import type { Member } from "../../../core/identity/member.ts";
import { identityOf } from "../authenticate.ts";
import { feedbackSchema, renameSchema } from "../contract/conversation.ts";
import { pageQuerySchema } from "../contract/page.ts";
import { parseInput } from "../http-errors.ts";
import { presentConversation } from "../present.ts";
import { presentTurns } from "../present-turns.ts";

const conversationId = (value: unknown): ConversationId => parseInput(z.uuid(), value) as ConversationId;
const turnId = (value: unknown): TurnId => parseInput(z.uuid(), value) as TurnId;

const gone = (what: string): ExpertError =>
  new ExpertError("not_found", `This ${what} does not exist.`, { remedy: "Load the list again." });

const told = (
  member: Member,
  event: AuditEventName,
  resourceType: string,
  resourceId: string,
): AuditEvent => ({
  event,
  status: "success",
  userId: member.id,
  resourceType,
  resourceId,
});

/** A person's own conversations and turns. */
export function conversationRoutes({
  database,
  approvals,
}: {
  readonly database: Database;
  readonly approvals: Pick<ApprovalPorts, "escalate">;
}): Router {
  const router = Router();

  router.get("/conversations", async (request, response) => {
    const { member } = identityOf(request);
    const { cursor, query, limit } = parseInput(pageQuerySchema, request.query);
    const page = await database.withTenant(member.tenantId, ({ conversations }) =>
      conversations.list(member.id, { text: query ?? null, cursor: cursor ?? null, limit }),
    );
    response.json({ items: page.items.map(presentConversation), nextCursor: page.nextCursor });
  });

  router.get("/conversations/:id", async (request, response) => {
    const { member } = identityOf(request);
    const id = conversationId(request.params.id);
    const [conversation, turns] = await database.withTenant(member.tenantId, ({ conversations }) =>
      Promise.all([conversations.get(member.id, id), conversations.turns(member.id, id)]),
    );
    if (!conversation) throw gone("conversation");
    const shown = await presentTurns(database, member, id, turns);
    response.json({ conversation: presentConversation(conversation), turns: shown });
  });

  router.patch("/conversations/:id", json(), async (request, response) => {
    const { member } = identityOf(request);
    const id = conversationId(request.params.id);
    const { title } = parseInput(renameSchema, request.body);
    const audit = [told(member, "conversation.renamed", "conversation", id)];
    const renamed = await database.withTenant(member.tenantId, ({ conversations }) =>
      conversations.rename(member.id, id, title, audit),
    );
    if (!renamed) throw gone("conversation");
    response.json(presentConversation(renamed));
  });

  router.delete("/conversations/:id", async (request, response) => {
    const { member } = identityOf(request);
    const id = conversationId(request.params.id);
    const audit = [told(member, "conversation.deleted", "conversation", id)];
    const removed = await database.withTenant(member.tenantId, ({ conversations }) =>
      conversations.remove(member.id, id, audit),
    );
    if (!removed) throw gone("conversation");
    response.status(204).end();
  });

  router.post("/conversations/:id/restore", async (request, response) => {
    const { member } = identityOf(request);
    const id = conversationId(request.params.id);
    const audit = [told(member, "conversation.restored", "conversation", id)];
    const restored = await database.withTenant(member.tenantId, ({ conversations }) =>
      conversations.restore(member.id, id, audit),
    );
    if (!restored) throw gone("conversation");
    response.json(presentConversation(restored));
  });

  router.get("/turns/:id", async (request, response) => {
    const { member } = identityOf(request);
    const id = turnId(request.params.id);
    const turn = await database.withTenant(member.tenantId, ({ conversations }) =>
      conversations.turn(member.id, id),
    );
    if (!turn) throw gone("question");
    const [shown] = await presentTurns(database, member, turn.conversationId, [turn]);
    response.json(shown);
  });

  router.post("/turns/:id/cancel", async (request, response) => {
    const { member } = identityOf(request);
    const id = turnId(request.params.id);
    const known = await database.withTenant(
      member.tenantId,
      async ({ conversations }) =>
        (await conversations.requestCancel(member.id, id)) ||
        (await conversations.turn(member.id, id)) !== null,
    );
    if (!known) throw gone("question");
    response.status(202).end();
  });

  router.put("/turns/:id/feedback", json(), async (request, response) => {
    const { member } = identityOf(request);
    const id = turnId(request.params.id);
    const feedback = parseInput(feedbackSchema, request.body);
    const audit = feedbackEvent(member.id, id, feedback);
    const stored = await database.withTenant(member.tenantId, ({ conversations }) =>
      conversations.setFeedback(member.id, id, feedback, [audit]),
    );
    if (!stored) throw gone("question");
    await escalateWrong({ approvals }, member, id, feedback);
    response.json(feedback);
  });

  router.delete("/turns/:id/feedback", async (request, response) => {
    const { member } = identityOf(request);
    const id = turnId(request.params.id);
    const audit = feedbackEvent(member.id, id, null);
    const stored = await database.withTenant(member.tenantId, ({ conversations }) =>
      conversations.setFeedback(member.id, id, null, [audit]),
    );
    if (!stored) throw gone("question");
    response.status(204).end();
  });
  return router;
}
