import type { Logger } from "../logger.ts";
import type { TenantId } from "../ids.ts";
import type { AuditEvent, AuditLog } from "./audit-event.ts";

/** Audit events that nobody waits for. */
export interface LaterAudit {
  /** Takes an event to be written with others, within `flushMs`. Never throws. */
  note(tenant: TenantId, event: AuditEvent): void;
  /** Writes what waits, and resolves when it is written or given up. */
  flush(): Promise<void>;
}

/** How long an event waits for others, in milliseconds: what a process that is killed may lose. */
const flushMs = 200;
/** What cannot be written is kept for another attempt, up to this many events; the oldest go first. */
const mostWaiting = 10_000;

/**
 * Writes events in batches, one per tenant, off the path of what is answered: for reads that must be quick and leave no
 * row of their own. While the database is away events wait for it; what is dropped is logged with its count.
 */
export function createLaterAudit({
  audit,
  logger,
}: {
  readonly audit: AuditLog;
  readonly logger: Logger;
}): LaterAudit {
  let waiting = new Map<TenantId, AuditEvent[]>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const keep = (tenant: TenantId, events: readonly AuditEvent[]): void => {
    const all = [...events, ...(waiting.get(tenant) ?? [])];
    const dropped = Math.max(0, all.length - mostWaiting);
    if (dropped > 0) logger.error("audit events could not be written and are lost", { events: dropped });
    waiting.set(tenant, all.slice(dropped));
  };
  const plan = (): void => {
    timer ??= setTimeout(() => void flush(), flushMs).unref();
  };
  const write = async (): Promise<void> => {
    const batch = waiting;
    waiting = new Map();
    for (const [tenant, events] of batch) {
      try {
        await audit.append(tenant, events);
      } catch (error) {
        logger.warn("audit events could not be written; trying again", { events: events.length, error });
        keep(tenant, events);
        plan();
      }
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    return (writing = writing.then(write));
  };
  return {
    note(tenant, event) {
      const events = waiting.get(tenant);
      if (events) events.push(event);
      else waiting.set(tenant, [event]);
      if ((events?.length ?? 0) > mostWaiting) keep(tenant, []);
      plan();
    },
    flush,
  };
}
