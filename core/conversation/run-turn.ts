import type { AuditEvent } from "../audit/audit-event.ts";
import type { NewApproval } from "../approvals/approval-store.ts";
import type { Clock } from "../clock.ts";
import type { Delivery } from "../delivery/outbox.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import { type DeliveryId, newId, type TenantId, type TurnId } from "../ids.ts";
import type { People } from "../identity/directory.ts";
import { commonScope } from "../identity/access.ts";
import { replyTexts } from "./reply-texts.ts";
import type { Reply } from "./reply.ts";
import type { TurnEvent } from "./turn-event.ts";
import type { Escalation } from "../escalation/escalation.ts";
import {
  type ConcludedTurn,
  type ConcludePorts,
  concludeTurn,
  escalateIfCritical,
  waitsForApproval,
} from "./conclude-turn.ts";
import { keepAnswer } from "./keep-answer.ts";
import type { StepOutcome, TurnInHand, TurnStepPorts } from "./turn-in-hand.ts";
import type { TakenTurn, TurnEnd, TurnFailure } from "./turn-store.ts";
import * as steps from "./turn-steps.ts";
import type { TurnState } from "./turn.ts";

export interface TurnPorts extends TurnStepPorts, ConcludePorts {
  readonly people: People;
  /** Shows the progress of a turn that was just taken; what it returns never blocks and never throws. */
  follow(turn: TakenTurn): (event: TurnEvent) => void;
  readonly clock: Clock;
  /** Posts what a turn has written; resolves once it is posted or left to the outbox. */
  deliver(tenant: TenantId, delivery: Delivery): Promise<void>;
  /** Waits before a commit is tried again where the database is away, in milliseconds; `databaseRetryMs` unless told. */
  readonly retryMs?: readonly number[];
  /** How long a worker holds a turn without a sign of life, in milliseconds; `turnLeaseMs` unless told. */
  readonly leaseMs?: number;
}

/** How long a worker holds a turn without a sign of life. */
export const turnLeaseMs = 30_000;
const leaseOf = ({ leaseMs = turnLeaseMs }: Pick<TurnPorts, "leaseMs">): number => leaseMs;
/** How often a worker that drafts gives that sign, and learns of a stop; three times within a shorter lease. */
const heartbeatMs = 1_000;
/** Waits before a commit is tried again: 15 seconds in all, within which a database restarts or a standby takes over. */
const databaseRetryMs = [250, 750, 2_000, 4_000, 8_000] as const;
/** Attempts after which a turn that never ends is given up. */
const attemptsLimit = 5;

type StepState = Exclude<
  TurnState,
  "answered" | "not_found" | "waiting" | "failed" | "cancelled" | "checked"
>;
const stepFrom: Readonly<
  Record<StepState, (ports: TurnStepPorts, inHand: TurnInHand) => Promise<StepOutcome>>
> = {
  received: steps.route,
  routed: steps.retrieve,
  retrieved: steps.draft,
  drafted: steps.check,
};

/** A turn as long as this worker holds it. */
interface Hold {
  readonly turn: TakenTurn;
  /** Ends what runs: the asker wants it, or the turn was lost. */
  readonly stop: AbortController;
  /** Another worker has it: nothing may be written or shown any more. */
  lost: boolean;
}

/**
 * Takes a turn and runs its steps to the end, committing each before the next begins: a process that takes over after a
 * crash goes on from the last one. Does nothing where the turn is finished or held by another, and leaves it at once
 * where another has taken it over. A short absence of the database is waited out.
 * Throws what is worth another try (`database_unavailable`); every other failure ends the turn with a message.
 */
export async function runTurn(ports: TurnPorts, tenant: TenantId, id: TurnId): Promise<void> {
  const turn = await ports.database.withTenant(tenant, ({ turns }) => turns.take(id, leaseOf(ports)));
  if (!turn) return;
  const hold: Hold = { turn, stop: new AbortController(), lost: false };
  const heartbeat = setInterval(() => void keep(ports, hold), Math.min(heartbeatMs, leaseOf(ports) / 3));
  try {
    await runSteps(ports, hold);
  } finally {
    clearInterval(heartbeat);
  }
}

async function keep(ports: TurnPorts, hold: Hold): Promise<void> {
  const { turn, stop } = hold;
  try {
    const kept = await ports.database.withTenant(turn.tenantId, ({ turns }) =>
      turns.extend(turn.id, turn.attempt, leaseOf(ports)),
    );
    if (kept === null) hold.lost = true;
    if (kept === null || kept.cancelRequested) stop.abort();
  } catch (error) {
    ports.logger.warn("a turn's lease could not be extended", { turn: turn.id, error });
  }
}

async function runSteps(ports: TurnPorts, hold: Hold): Promise<void> {
  const { turn, stop } = hold;
  const show = ports.follow(turn);
  let state = turn.state;
  let written = false;
  let escalate = (): Promise<Escalation | null> => Promise.resolve(null);
  try {
    if (turn.attempt > attemptsLimit)
      throw new ExpertError("internal", replyTexts.en.failed, { remedy: replyTexts.en.tryAgain });
    const identity = await waitingOut(ports, hold, () => ports.people.identify(turn.tenantId, turn.userId));
    if (!identity) {
      throw new ExpertError("forbidden", replyTexts.en.switchedOff, {
        remedy: replyTexts.en.askAdministrator,
      });
    }
    const { placeScope } = turn;
    let inHand: TurnInHand = {
      turn,
      identity,
      scope: placeScope ? commonScope(identity.scope, placeScope) : identity.scope,
      work: turn.work,
      result: null,
      searched: null,
      files: null,
      signal: stop.signal,
      onText: (text) => {
        written = true;
        if (!hold.lost && !(ports.approvals && waitsForApproval(inHand))) show({ kind: "text", text });
      },
      onWaiting: (place) => {
        if (!hold.lost && !written && !stop.signal.aborted) show({ kind: "waiting", place });
      },
    };
    escalate = () => waitingOut(ports, hold, () => escalateIfCritical(ports, inHand));
    if (turn.cancelRequested) stop.abort();
    // What an attempt before this one has shown of a draft is no part of it.
    if (turn.attempt > 1 && state === "retrieved") show({ kind: "state", state });
    while (state !== "checked") {
      stopIfAsked(stop.signal);
      const outcome = await waitingOut(ports, hold, () => stepFrom[state as StepState](ports, inHand));
      const advanced = await advance(ports, hold, state, outcome);
      // Another worker goes on with it: the lease had run out.
      if (!advanced) return;
      if (advanced.cancelRequested) stop.abort();
      state = outcome.to;
      show({ kind: "state", state });
      inHand = {
        ...inHand,
        work: { ...inHand.work, ...outcome.work },
        result: outcome.result ?? inHand.result,
        searched: outcome.searched ?? inHand.searched,
        files: outcome.files ?? inHand.files,
      };
    }
    const concluded = await waitingOut(ports, hold, () => concludeTurn(ports, inHand));
    keepAnswer(ports, inHand, concluded);
    await finish(ports, hold, state, concluded);
  } catch (error) {
    if (hold.lost) return;
    if (isExpertError(error, "database_unavailable", "storage_full") && turn.attempt < attemptsLimit)
      throw error;
    // What nobody could answer may be urgent all the same, unless its asker wants no more of it.
    const escalation = stop.signal.aborted ? null : await escalate().catch(notEscalated(ports, turn));
    const failure = explain(ports, turn, error, stop.signal.aborted);
    await finish(ports, hold, state, { failure, ...(escalation && { escalation }) });
  }
}

const notEscalated =
  ({ logger }: TurnPorts, { id: turn }: TakenTurn) =>
  (error: unknown): null => {
    logger.error("a critical question that could not be answered could not be escalated either", {
      turn,
      error,
    });
    return null;
  };

/** Does it again while the database is away, with growing waits, as long as the turn is held. */
async function waitingOut<T>(ports: TurnPorts, hold: Hold, work: () => Promise<T>): Promise<T> {
  for (const waitMs of ports.retryMs ?? databaseRetryMs) {
    try {
      return await work();
    } catch (error) {
      if (hold.lost || !isExpertError(error, "database_unavailable")) throw error;
      ports.logger.warn("a turn waits for the database", {
        turn: hold.turn.id,
        waitMs,
        reason: error.message,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  return await work();
}

/** Commits a step. Where the connection broke in the middle of it, the row tells whether it was committed. */
async function advance(
  ports: TurnPorts,
  hold: Hold,
  from: TurnState,
  outcome: StepOutcome,
): Promise<{ readonly cancelRequested: boolean } | null> {
  const { id, tenantId, attempt } = hold.turn;
  const { to, work, audit } = outcome;
  const leaseMs = leaseOf(ports);
  let uncertain = false;
  return await waitingOut(ports, hold, () =>
    ports.database.withTenant(tenantId, async ({ turns }) => {
      if (uncertain) {
        const row = await turns.take(id, leaseMs, attempt);
        if (row === null || row.state === to) return row;
      }
      uncertain = true;
      return await turns.advance(id, { attempt, from, to, work, audit, leaseMs });
    }),
  );
}

function stopIfAsked(signal: AbortSignal): void {
  if (signal.aborted) throw new ExpertError("cancelled", replyTexts.en.stopped);
}

type Ending = ConcludedTurn | (Pick<ConcludedTurn, "escalation"> & { readonly failure: TurnFailure });

async function finish(ports: TurnPorts, hold: Hold, from: TurnState, ending: Ending): Promise<void> {
  const { turn } = hold;
  const reply = "reply" in ending ? ending.reply : null;
  const failure = "failure" in ending ? ending.failure : null;
  const approval = "approval" in ending ? ending.approval : undefined;
  const to = reply ? endOf(reply) : failure?.code === "cancelled" ? "cancelled" : "failed";
  const audit: AuditEvent = {
    event: "chat.response",
    status: reply ? "success" : "error",
    userId: turn.userId,
    resourceType: "turn",
    resourceId: turn.id,
    latencyMs: ports.clock.now().getTime() - turn.createdAt.getTime(),
    metadata: { state: to, ...(reply ? { confidence: reply.confidence.value } : { code: failure?.code }) },
    ...(reply?.kind === "answer" ? { model: reply.answeredBy } : {}),
  };
  const end: TurnEnd = {
    attempt: turn.attempt,
    from,
    to,
    reply,
    failure,
    deliveryId: newId<DeliveryId>(),
    audit: approval === undefined ? [audit] : [audit, requested(turn, approval)],
    leaseMs: leaseOf(ports),
    ...(approval === undefined ? {} : { approval }),
  };
  // Committed unnoticed, it changes nothing when it is done again, and the sweeper finds its message.
  const ended = await waitingOut(ports, hold, () =>
    ports.database.withTenant(turn.tenantId, ({ turns }) => turns.end(turn.id, end)),
  );
  // The sweeper finds an approval that nobody was woken for.
  if (ended && approval) ports.approvals?.wake(turn.tenantId, approval.id);
  if (ended && ending.escalation) ports.escalations?.tell(turn.tenantId, ending.escalation);
  if (ended?.delivery) await ports.deliver(turn.tenantId, ended.delivery);
}

const requested = ({ id, userId }: TakenTurn, { id: approvalId, why }: NewApproval): AuditEvent => ({
  event: "approval.requested",
  status: "success",
  userId,
  resourceType: "approval",
  resourceId: approvalId,
  metadata: { turn: id, why },
});

const ends = { answer: "answered", not_found: "not_found", pending: "waiting" } as const;
const endOf = (reply: Reply): (typeof ends)[Reply["kind"]] => ends[reply.kind];

/** What went wrong in the asker's language. Only English has the words of each fault; its code says the rest. */
function explain(ports: TurnPorts, turn: TakenTurn, error: unknown, stopped: boolean): TurnFailure {
  const texts = replyTexts[turn.language];
  if (stopped) return { code: "cancelled", message: texts.stopped, remedy: null };
  if (!isExpertError(error)) {
    ports.logger.error("a turn failed", { turn: turn.id, error });
    return { code: "internal", message: texts.failed, remedy: texts.tryAgain };
  }
  const { code, message, remedy = texts.tryAgain } = error;
  ports.logger.warn("a turn failed", { turn: turn.id, code, reason: message });
  if (code === "forbidden") return { code, message: texts.switchedOff, remedy: texts.askAdministrator };
  return turn.language === "en"
    ? { code, message, remedy }
    : { code, message: texts.failed, remedy: texts.tryAgain };
}
