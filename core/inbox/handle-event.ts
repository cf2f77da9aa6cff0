import type { Database } from "../database.ts";
import { ExpertError, isExpertError, wantedPauseMs } from "../errors.ts";
import type { TenantId, TurnId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { EventSource } from "./event-source.ts";
import type { TakenEvent } from "./event-store.ts";

/** `accepted`: it became a question, whose turn was run or woken. `settled`: it was something else, and is done. */
export type EventOutcome = "accepted" | "settled";

/** What a channel does with its events. */
export interface EventHandler {
  /**
   * At least once per event: what it does is idempotent. Whatever the person did wrong it tells them and settles;
   * it throws what is worth another try.
   */
  handle(event: TakenEvent): Promise<EventOutcome>;
  /** The event was given up after its last attempt; tells the person, where possible. */
  giveUp(event: TakenEvent, error: unknown): Promise<void>;
  /** What of the world outside it has to wait for: events of one lane may keep one another waiting, and no others. Absent: nothing. */
  lane?(event: TakenEvent): string | null;
}

export interface HandleEventPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly handlers: ReadonlyMap<EventSource, EventHandler>;
  readonly logger: Logger;
  /** How long a worker holds an event without a sign of life, in milliseconds; `eventLeaseMs` unless told. */
  readonly leaseMs?: number;
  /** Does what waits in a lane beside all else, or calls `dropped` where it never will; absent: it is done at once, and waited for. */
  readonly aside?: (lane: string, name: string, work: () => Promise<void>, dropped: () => void) => void;
}

/** Three signs of life fall into it. */
const eventLeaseMs = 30_000;
const leaseOf = ({ leaseMs = eventLeaseMs }: HandleEventPorts): number => leaseMs;
/** Waits after failed attempts, in milliseconds; after the last one the event is given up. */
const retryMs = [1_000, 5_000, 30_000, 120_000] as const;
const longestRetryMs = 120_000;
const attemptsLimit = retryMs.length + 1;

/** An event as long as this worker holds it. */
interface Hold {
  readonly event: TakenEvent;
  /** Of the attempts that count. */
  readonly number: number;
  /** Another worker has it, or it is handled: what comes of this attempt is dropped. */
  lost: boolean;
}

/**
 * Takes an event, holds it and has its channel handle it. Does nothing where it is handled or held by another. A pause
 * that the channel wants (`rate_limited` with the fact `retryAfterMs`) is waited for, and is no failed attempt. One whose last
 * attempt told nothing, since its process died of it, is given up as well; and where that kills too, in silence.
 */
export async function handleEvent(ports: HandleEventPorts, tenant: TenantId, id: TurnId): Promise<void> {
  const event = await ports.database.withTenant(tenant, ({ events }) => events.take(id, leaseOf(ports)));
  if (!event) return;
  const hold: Hold = { event, number: event.attempt - event.pauses, lost: false };
  const heartbeat = setInterval(() => void keep(ports, hold), leaseOf(ports) / 3);
  const release = (): void => {
    clearInterval(heartbeat);
  };
  const work = async (): Promise<void> => {
    if (hold.lost) {
      release();
      return;
    }
    const outcome = await attempt(ports, hold).finally(release);
    if (outcome !== "settled" || hold.lost) return;
    await ports.database.withTenant(tenant, ({ events }) => events.settle(id, event.attempt));
  };
  const lane = ports.handlers.get(event.channel)?.lane?.(event) ?? null;
  if (lane !== null && ports.aside) ports.aside(lane, `${id} ${String(event.attempt)}`, work, release);
  else await work();
}

async function keep(ports: HandleEventPorts, hold: Hold): Promise<void> {
  if (hold.lost) return;
  const { id, tenantId, attempt: held } = hold.event;
  try {
    const kept = await ports.database.withTenant(tenantId, ({ events }) =>
      events.extend(id, held, leaseOf(ports)),
    );
    if (!kept) hold.lost = true;
  } catch (error) {
    ports.logger.warn("an event's lease could not be extended", { event: id, error });
  }
}

async function attempt(ports: HandleEventPorts, hold: Hold): Promise<EventOutcome | "put off"> {
  const { event, number } = hold;
  const { id, channel } = event;
  const handler = ports.handlers.get(channel);
  if (number > attemptsLimit) {
    ports.logger.error("an event is given up: no attempt to handle it came to an end", {
      event: id,
      channel,
    });
    if (number === attemptsLimit + 1) await handler?.giveUp(event, unended()).catch(() => undefined);
    return "settled";
  }
  try {
    if (!handler) throw new Error(`the channel ${channel} is not set up in this process`);
    return await handler.handle(event);
  } catch (error) {
    // The rows are away: the lease runs out, and the sweeper finds the event.
    if (isExpertError(error, "database_unavailable")) throw error;
    if (hold.lost) return "put off";
    const pauseMs = wantedPauseMs(error);
    const planned = retryMs[number - 1] ?? null;
    const wait = pauseMs === null ? planned : Math.max(planned ?? longestRetryMs, pauseMs);
    const facts = { event: id, channel, attempt: event.attempt, retryMs: wait, error };
    ports.logger.warn("an event could not be handled", facts);
    if (wait === null) {
      await handler?.giveUp(event, error).catch(() => undefined);
      return "settled";
    }
    await ports.database.withTenant(event.tenantId, ({ events }) =>
      pauseMs === null ? events.failed(id, event.attempt, wait) : events.postpone(id, event.attempt, wait),
    );
    return "put off";
  }
}

const unended = (): ExpertError =>
  new ExpertError("internal", "Every process that handled this event ended before it was done.");
