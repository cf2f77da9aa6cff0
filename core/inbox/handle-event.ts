import type { Database } from "../database.ts";
import type { ChannelName } from "../delivery/channel.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import type { TenantId, TurnId } from "../ids.ts";
import type { Logger } from "../logger.ts";
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
}

export interface HandleEventPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly handlers: ReadonlyMap<ChannelName, EventHandler>;
  readonly logger: Logger;
}

/** How long a worker holds an event, in milliseconds. */
const eventLeaseMs = 30_000;
/** Waits after failed attempts, in milliseconds; after the last one the event is given up. */
const retryMs = [1_000, 5_000, 30_000, 120_000] as const;
const attemptsLimit = retryMs.length + 1;

/**
 * Takes an event and has its channel handle it. Does nothing where it is handled or held by another. One whose last
 * attempt told nothing, since its process died of it, is given up as well; and where that kills too, in silence.
 */
export async function handleEvent(ports: HandleEventPorts, tenant: TenantId, id: TurnId): Promise<void> {
  const event = await ports.database.withTenant(tenant, ({ events }) => events.take(id, eventLeaseMs));
  if (!event) return;
  const outcome = await attempt(ports, event);
  if (outcome === "settled") await ports.database.withTenant(tenant, ({ events }) => events.settle(id));
}

async function attempt(ports: HandleEventPorts, event: TakenEvent): Promise<EventOutcome | "postponed"> {
  const handler = ports.handlers.get(event.channel);
  if (event.attempt > attemptsLimit) {
    ports.logger.error("an event is given up: no attempt to handle it came to an end", {
      event: event.id,
      channel: event.channel,
    });
    if (event.attempt === attemptsLimit + 1) await handler?.giveUp(event, unended()).catch(() => undefined);
    return "settled";
  }
  try {
    if (!handler) throw new Error(`the channel ${event.channel} is not set up in this process`);
    return await handler.handle(event);
  } catch (error) {
    // The rows are away: the lease runs out, and the sweeper finds the event.
    if (isExpertError(error, "database_unavailable")) throw error;
    const wait = retryMs[event.attempt - 1] ?? null;
    ports.logger.warn("an event could not be handled", {
      event: event.id,
      channel: event.channel,
      attempt: event.attempt,
      retryMs: wait,
      error,
    });
    if (wait === null) {
      await handler?.giveUp(event, error).catch(() => undefined);
      return "settled";
    }
    await ports.database.withTenant(event.tenantId, ({ events }) =>
      events.postpone(event.id, event.attempt, wait),
    );
    return "postponed";
  }
}

const unended = (): ExpertError =>
  new ExpertError("internal", "Every process that handled this event ended before it was done.");
