import type { Clock } from "../../../core/clock.ts";
import { type ExpertError, isExpertError } from "../../../core/errors.ts";
import { newId, type TenantId, type TurnId } from "../../../core/ids.ts";
import type { ChatReceiver, ChatRequest, ChatResponse } from "../../../core/inbox/chat-receiver.ts";
import type { Inbox } from "../../../core/inbox/inbox.ts";
import type { RefusalLog } from "../../../core/inbox/refusal-log.ts";
import type { Logger } from "../../../core/logger.ts";
import type { Queue } from "../../../core/queue.ts";
import type { InvokeAnswer, TeamsEvent, TeamsInquiry } from "../teams-event.ts";
import type { TeamsInvokes } from "../teams-invokes.ts";
import { namedMsTenant } from "./named-tenant.ts";
import { createStrangerLog } from "./note-stranger.ts";
import { type ParsedActivity, parseActivity } from "./parse-activity.ts";
import type { TokenVerifier, VouchedActivity } from "./verify-token.ts";

export interface TeamsReceiverPorts {
  /** Whose Microsoft tenant it is; null where it belongs to no company here. */
  readonly tenantOf: (msTenantId: string) => Promise<TenantId | null>;
  readonly tokens: TokenVerifier;
  readonly inbox: Pick<Inbox, "receiveEvent">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly invokes: TeamsInvokes;
  /** Tells people of such a tenant that nobody has connected it; never throws. */
  readonly tellStranger: (event: TeamsEvent) => Promise<void>;
  readonly refusals: RefusalLog;
  readonly clock: Clock;
  /** Longest that Teams waits for an inquiry's answer, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly logger: Logger;
}

type Event = Extract<ParsedActivity, { readonly kind: "event" }>;

/** Teams shows an error after five seconds, and asks again. */
const inquiryMs = 4_500;

/**
 * Takes in what Teams sends, and answers after it is stored: verify the token, parse, one row in the inbox, 2xx, wake a
 * worker. Inquiries, which change nothing, are answered at once without a row. A Microsoft tenant that nobody has
 * connected is acknowledged, told so, and stored nowhere: Teams would only repeat itself.
 */
export function createTeamsReceiver(ports: TeamsReceiverPorts): ChatReceiver {
  const { tokens, inbox, queue, invokes, refusals, logger, timeoutMs = inquiryMs } = ports;
  const noteStranger = createStrangerLog(ports);

  const store = async ({ eventId, event, invoke }: Event): Promise<ChatResponse> => {
    const tenantId = await ports.tenantOf(event.msTenantId);
    if (tenantId === null) {
      noteStranger(event.msTenantId);
      if (invoke) return respondToInvoke(invokes.notConnected(event));
      void ports.tellStranger(event);
      return accepted;
    }
    const { id } = await inbox.receiveEvent({
      id: newId<TurnId>(),
      tenantId,
      channel: "teams",
      eventId,
      body: event,
    });
    // Teams waits for the row alone: it is the truth, and where the queue is away or slow the sweeper finds it.
    queue.enqueue("event", { tenantId, eventId: id }, { key: `event-${id}` }).catch(() => undefined);
    return invoke ? respondToInvoke(invokes.acknowledge(event)) : accepted;
  };

  const show = async (inquiry: TeamsInquiry): Promise<ChatResponse> => {
    const tenantId = await ports.tenantOf(inquiry.msTenantId);
    if (tenantId === null) {
      noteStranger(inquiry.msTenantId);
      return respondToInvoke(invokes.notConnected(inquiry));
    }
    const answer = await withinMs(timeoutMs, invokes.answer(tenantId, inquiry));
    if (answer) return respondToInvoke(answer);
    logger.warn("Teams was not answered in time", { kind: inquiry.kind, ms: timeoutMs });
    return { ...empty, status: 504 };
  };

  const take = async (body: object): Promise<ChatResponse> => {
    const parsed = parseActivity(body, (fault) => {
      logger.warn("an activity of Teams was not understood, and is left", { fault });
    });
    const isInvoke = "type" in body && body.type === "invoke";
    if (parsed === null) return isInvoke ? respond(400, unreadable) : accepted;
    try {
      if (parsed.kind === "unknown_invoke") return notImplemented;
      return parsed.kind === "event" ? await store(parsed) : await show(parsed.inquiry);
    } catch (error) {
      logger.warn("an activity of Teams could not be taken in; Teams may send it again", {
        kind: parsed.kind === "event" ? parsed.event.kind : parsed.kind,
        error,
      });
      if (!isExpertError(error, "rate_limited")) return tryAgain(503, 2);
      return tryAgain(429, secondsOf(error));
    }
  };

  const refuse = async (request: ChatRequest, error: ExpertError): Promise<ChatResponse> => {
    const reason = String(error.facts["reason"]);
    const workspaceId = namedMsTenant(request.rawBody);
    await refusals.record({ kind: request.kind, reason, workspaceId });
    return respond(401, { error: { code: error.code, message: error.message, remedy: error.remedy } });
  };

  return {
    async receive(request) {
      const { authorization } = request.headers;
      const body = readBody(request.rawBody);
      // What a token vouches for stands in the body.
      if (body === null && authorization !== undefined) return respond(400, unreadable);
      try {
        const token = typeof authorization === "string" ? authorization : undefined;
        await tokens.verify(token, body ?? {});
      } catch (error) {
        if (isExpertError(error, "unauthenticated")) return refuse(request, error);
        logger.warn("whether an activity is of Teams cannot be told; Teams may send it again", { error });
        return tryAgain(503, 2);
      }
      return body === null ? respond(400, unreadable) : take(body);
    },
  };
}

function readBody(rawBody: Uint8Array): VouchedActivity | null {
  try {
    const text = Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength).toString("utf8");
    const body: unknown = JSON.parse(text);
    return typeof body === "object" ? body : null;
  } catch {
    return null;
  }
}

const secondsOf = (error: ExpertError): number => {
  const told = error.facts["retryAfterSeconds"];
  return typeof told === "number" ? told : 1;
};

const empty = { headers: {}, body: "" };
const accepted: ChatResponse = { ...empty, status: 200 };
/** As botbuilder answers what a bot does not offer. */
const notImplemented: ChatResponse = { ...empty, status: 501 };
const unreadable = { error: { code: "invalid_input", message: "The body is no activity of Teams." } };

const tryAgain = (status: number, seconds: number): ChatResponse => ({
  ...empty,
  status,
  headers: { "retry-after": String(seconds) },
});

const respond = (status: number, body: object): ChatResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(body),
});

const respondToInvoke = ({ status, body }: InvokeAnswer): ChatResponse =>
  body === undefined ? { ...empty, status } : respond(status, body);

/** Null where it takes longer; what it comes to then is of no interest. */
async function withinMs<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
