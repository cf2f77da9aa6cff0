import { Router, json, type Request, type Response } from "express";
import { z } from "zod";
import { receiveQuestion, type AcceptedQuestion } from "../core/conversation/receive-question.ts";
import { assertAskable, validQuestion } from "../core/conversation/valid-question.ts";
import { watchTurn, type WatchOptions } from "../core/conversation/watch-turn.ts";
import type { TurnEvent } from "../core/conversation/turn-event.ts";
import type { Database } from "../core/database.ts";
import type { ConversationId, DepartmentId, TurnId } from "../core/ids.ts";
import type { Inbox } from "../core/inbox/inbox.ts";
import type { TokenStream } from "../core/inference/token-stream.ts";
import type { Logger } from "../core/logger.ts";
import type { Queue } from "../core/queue.ts";
import { identityOf } from "./http/authenticate.ts";
import { askSchema } from "./http/contract/conversation.ts";
import { explain, parseInput } from "./http/http-errors.ts";
import { presentReply } from "./http/present.ts";
import { allowQuestion, type RateLimitPorts } from "./http/rate-limit.ts";
import { openEventStream, type EventWriter } from "./http/sse.ts";

export interface WebBotPorts extends RateLimitPorts {
  readonly database: Database;
  readonly inbox: Inbox;
  readonly queue: Queue;
  readonly tokens: TokenStream;
  readonly logger: Logger;
}

/** A question of 100,000 characters gets its own clear answer; what is far beyond is not read at all. */
const bodyLimit = "1mb";

/** The web channel: takes questions in and streams what becomes of them. */
export function webBot(ports: WebBotPorts): Router {
  const router = Router();
  router.post("/turns", json({ limit: bodyLimit }), async (request, response) => {
    const accepted = await accept(ports, request, response);
    if (request.accepts(["json", "text/event-stream"]) === "text/event-stream") {
      const events = openEventStream(response);
      events.send("accepted", { turnId: accepted.turnId, conversationId: accepted.conversationId });
      await stream(ports, request, response, events, accepted.turnId, {
        afterSequence: 0,
        mayHaveEnded: !accepted.fresh,
      });
    } else {
      response.status(202).json({ turnId: accepted.turnId, conversationId: accepted.conversationId });
    }
  });
  router.get("/turns/:id/events", async (request, response) => {
    const turn = parseInput(z.uuid(), request.params.id) as TurnId;
    const lastSeen = parseInput(z.coerce.number().int().min(0).default(0), request.get("last-event-id"));
    await stream(ports, request, response, null, turn, { afterSequence: lastSeen, mayHaveEnded: true });
  });
  return router;
}

async function accept(ports: WebBotPorts, request: Request, response: Response): Promise<AcceptedQuestion> {
  const asked = parseInput(askSchema, request.body);
  const identity = identityOf(request);
  const { member, scope } = identity;
  const departmentId = (asked.departmentId ?? null) as DepartmentId | null;
  // The id is the client's own choice: it names an event of this person alone.
  const eventId = asked.eventId === undefined ? null : `${member.id}:${asked.eventId}`;
  // Whoever may not ask a department learns nothing of its budget.
  assertAskable(scope, departmentId);
  validQuestion(asked.question);
  const spender = { tenantId: member.tenantId, userId: member.id, departmentId };
  await allowQuestion(ports, spender, response, async () => {
    if (eventId === null) return false;
    const { database } = ports;
    return await database.withTenant(
      member.tenantId,
      async ({ turns }) => (await turns.receivedBefore(member.id, "web", eventId)) !== null,
    );
  });
  return await receiveQuestion(ports, {
    identity,
    channel: "web",
    eventId,
    question: asked.question,
    departmentId,
    conversationId: (asked.conversationId ?? null) as ConversationId | null,
  });
}

/**
 * Streams until the turn ends or the client leaves. Headers go out with the first event: an error before it is an
 * answer like any other, and one after it the stream's last event.
 */
async function stream(
  ports: WebBotPorts,
  request: Request,
  response: Response,
  opened: EventWriter | null,
  turn: TurnId,
  options: Omit<WatchOptions, "signal">,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => {
    gone.abort();
  });
  let events = opened;
  try {
    const watched = watchTurn(ports, identityOf(request).member, turn, { ...options, signal: gone.signal });
    for await (const { sequence, event } of watched) {
      events ??= openEventStream(response);
      events.send(event.kind, presentEvent(event), sequence);
    }
  } catch (error) {
    if (!events) throw error;
    const { code, message, remedy } = explain(ports.logger, request, error);
    events.send("error", { kind: "error", code, message, remedy });
  }
  (events ?? openEventStream(response)).end();
}

const presentEvent = (event: TurnEvent): unknown =>
  event.kind === "reply" ? { kind: "reply", reply: presentReply(event.reply) } : event;
