import type { Clock } from "../../../core/clock.ts";
import { type ExpertError, isExpertError } from "../../../core/errors.ts";
import { newId, type TurnId } from "../../../core/ids.ts";
import type { ChatReceiver, ChatResponse } from "../../../core/inbox/chat-receiver.ts";
import type { Inbox } from "../../../core/inbox/inbox.ts";
import type { Logger } from "../../../core/logger.ts";
import type { Queue } from "../../../core/queue.ts";
import type { ParsedSlackEvent } from "../slack-event.ts";
import type { SlackWorkspaces } from "../workspaces.ts";
import { type BoltAnswer, createBoltApp } from "./bolt-app.ts";
import { decodeBody, kindOf } from "./decode-body.ts";
import { parseSlackBody } from "./parse-body.ts";
import type { Refusals } from "./refusals.ts";
import { type RefusalReason, verifySlackSignature } from "./verify-signature.ts";

export interface SlackReceiverPorts {
  readonly workspaces: Pick<SlackWorkspaces, "tenantOf">;
  readonly inbox: Pick<Inbox, "receiveEvent">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly refusals: Refusals;
}

export interface SlackReceiverOptions {
  /** None where events come by Socket Mode alone: then every request is refused. */
  readonly signingSecrets: readonly string[];
}

/** What became of a body, in HTTP's terms. */
export interface Receipt {
  readonly status: number;
  /** What Slack is answered with. */
  readonly answer: BoltAnswer;
  readonly retryAfterSeconds?: number;
}

export interface SlackReceiver extends ChatReceiver {
  /** The same for a body that came through an authenticated socket: acknowledged if `status` is 200, else sent again. */
  receiveEnvelope(body: unknown): Promise<Receipt>;
}

const accepted: Receipt = { status: 200, answer: undefined };

/** How often the same workspace that nobody has connected is logged, in milliseconds. */
const strangerLogMs = 60_000;
/** How many such workspaces are remembered. */
const strangersKept = 1_000;

/**
 * Takes in what Slack sends, and answers after it is stored: verify the bytes, parse, one row in the inbox by way of a
 * Bolt app's listeners, 200, wake a worker. A workspace that nobody has connected is acknowledged and stored nowhere:
 * Slack would only repeat itself.
 */
export function createSlackReceiver(
  ports: SlackReceiverPorts,
  { signingSecrets }: SlackReceiverOptions,
): SlackReceiver {
  const { workspaces, inbox, queue, clock, logger, refusals } = ports;
  const strangers = new Map<string, number>();
  const noteStranger = (teamId: string): void => {
    const now = clock.now().getTime();
    if ((strangers.get(teamId) ?? -Infinity) > now - strangerLogMs) return;
    if (strangers.size >= strangersKept) strangers.clear();
    strangers.set(teamId, now);
    logger.warn("Slack tells of a workspace that belongs to no company here; nothing of it is stored", {
      workspace: teamId,
    });
  };
  const bolt = createBoltApp({
    logger,
    async store({ eventId, event }) {
      const tenantId = await workspaces.tenantOf(event.teamId, event.organisationId);
      if (tenantId === null) {
        noteStranger(event.teamId);
        return false;
      }
      const { id } = await inbox.receiveEvent({
        id: newId<TurnId>(),
        tenantId,
        channel: "slack",
        eventId,
        body: event,
      });
      // Slack waits for the row alone: it is the truth, and where the queue is away or slow the sweeper finds it.
      queue.enqueue("event", { tenantId, eventId: id }, { key: `event-${id}` }).catch(() => undefined);
      return true;
    },
  });

  const dispatch = async (body: object, parsed: ParsedSlackEvent): Promise<Receipt> => {
    try {
      return { status: 200, answer: await bolt.dispatch(body, parsed) };
    } catch (error) {
      logger.warn("an event of Slack could not be stored; Slack sends it again", {
        event: parsed.eventId,
        kind: parsed.event.kind,
        error,
      });
      if (!isExpertError(error, "rate_limited"))
        return { status: 503, answer: undefined, retryAfterSeconds: 2 };
      return { status: 429, answer: undefined, retryAfterSeconds: secondsOf(error) };
    }
  };
  const receiveEnvelope = async (body: unknown): Promise<Receipt> => {
    const own = answerOwn(body, logger);
    if (own) return own;
    const parsed = parseSlackBody(body, (fault) => {
      logger.warn("a body of Slack was not understood, and is left", { fault });
    });
    return parsed === null ? accepted : dispatch(body as object, parsed);
  };
  return {
    receiveEnvelope,
    async receive({ kind: sentTo, headers, rawBody }) {
      try {
        verifySlackSignature({ secrets: signingSecrets, headers, rawBody, now: clock.now() });
      } catch (error) {
        if (!isExpertError(error, "unauthenticated")) throw error;
        const reason = error.facts["reason"] as RefusalReason;
        await refusals.record({ kind: kindOf(rawBody, sentTo), reason, rawBody });
        return respond(401, { error: { code: error.code, message: error.message, remedy: error.remedy } });
      }
      const body = decodeBody(rawBody);
      if (body === null) {
        logger.warn("a signed body of Slack cannot be read", { bytes: rawBody.byteLength });
        const message = "The body is neither JSON nor a form with JSON.";
        return respond(400, { error: { code: "invalid_input", message } });
      }
      const { status, answer, retryAfterSeconds } = await receiveEnvelope(body);
      return respond(status, answer, retryAfterSeconds);
    },
  };
}

const secondsOf = (error: ExpertError): number => {
  const told = error.facts["retryAfterSeconds"];
  return typeof told === "number" ? told : 1;
};

/** What Slack asks or tells about the address itself; null for everything else. */
function answerOwn(body: unknown, logger: Logger): Receipt | null {
  if (typeof body !== "object" || body === null) return null;
  if ("ssl_check" in body) return accepted;
  if (!("type" in body)) return null;
  if (body.type === "app_rate_limited") {
    logger.warn("Slack holds events back: it sends an app at most 30,000 an hour from one workspace");
    return accepted;
  }
  if (body.type !== "url_verification") return null;
  const challenge = "challenge" in body ? body.challenge : undefined;
  return { status: 200, answer: typeof challenge === "string" ? challenge : undefined };
}

function respond(status: number, answer: BoltAnswer, retryAfterSeconds?: number): ChatResponse {
  const wait: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  if (answer === undefined) return { status, headers: wait, body: "" };
  if (typeof answer === "string") {
    return { status, headers: { ...wait, "content-type": "text/plain; charset=utf-8" }, body: answer };
  }
  return {
    status,
    headers: { ...wait, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(answer),
  };
}
