import type { Database } from "../database.ts";
import { ExpertError, isExpertError, wantedPauseMs } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { ChannelName } from "./channel-name.ts";
import type { Channel, MessageRef, Note, OutgoingMessage, Surroundings, ThreadRef } from "./channel.ts";
import type { Delivery } from "./outbox.ts";

export interface DeliverPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  /** Fills in what a note shows as it stands now, right before it is posted; null where there is nothing to show any more. */
  readonly present?: (tenant: TenantId, note: Note) => Promise<Note | null>;
  /**
   * Brings a message that is about to be given up to whoever waits for it by another way, once however often it is called.
   * Where it throws, the message is not given up yet.
   */
  readonly tellElsewhere?: (tenant: TenantId, delivery: Delivery) => Promise<void>;
  readonly logger: Logger;
  /** How long a worker holds a message, in milliseconds; `deliveryLeaseMs` unless told. */
  readonly leaseMs?: number;
  /** From 0 to below 1: how much later than it could a repeat comes; by chance unless told. */
  readonly random?: () => number;
}

const deliveryLeaseMs = 30_000;
/** Waits after failed attempts; after the last one the message is given up and the thread goes on. */
const retryMs = [1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000] as const;
/** Repeats come up to this share later, each by another part of it, so that those that failed together do not meet again. */
const spread = 0.25;

/**
 * Posts what waits in a thread, one message after the other, until none is due. A message that was taken already is
 * posted first. What cannot be posted stays in the outbox for the sweeper.
 */
export async function deliverThread(
  ports: DeliverPorts,
  tenant: TenantId,
  threadKey: string,
  taken: Delivery | null = null,
): Promise<void> {
  for (let delivery = taken ?? (await take(ports, tenant, threadKey)); delivery;) {
    const next = await post(ports, tenant, delivery);
    if (next !== "goes on") return;
    delivery = await take(ports, tenant, threadKey);
  }
}

const take = (ports: DeliverPorts, tenant: TenantId, threadKey: string): Promise<Delivery | null> =>
  ports.database.withTenant(tenant, ({ outbox }) => outbox.take(threadKey, ports.leaseMs ?? deliveryLeaseMs));

/** Whether the thread has more to post, has none, or has to wait. */
async function post(
  ports: DeliverPorts,
  tenant: TenantId,
  delivery: Delivery,
): Promise<"goes on" | "is done" | "waits"> {
  const { id, channel: name, threadKey, message, attempt, address, shown, standing, placed } = delivery;
  const channel = ports.channels.get(name);
  const thread = { tenantId: tenant, channel: name, key: threadKey };
  const around = (): Promise<Surroundings> =>
    ports.database.withTenant(tenant, ({ outbox }) => outbox.around(id));
  const keepPlaced = async (part: number, ref: MessageRef): Promise<void> => {
    try {
      await ports.database.withTenant(tenant, ({ outbox }) => outbox.keepPlaced(id, part, ref));
    } catch (error) {
      ports.logger.warn("where a part of a message stands could not be kept", { delivery: id, part, error });
    }
  };
  const later = (waitMs: number): number =>
    Math.round(waitMs * (1 + spread * (ports.random ?? Math.random)()));
  const hold = holdOn(ports, tenant, delivery);
  const { signal } = hold;
  try {
    if (!channel) throw new Error(`the channel ${name} is not set up in this process`);
    if (delivery.held && message.kind !== "note") throw takenOver();
    const current = await presented(ports, tenant, message);
    if (current === null) {
      await ports.database.withTenant(tenant, ({ outbox }) => outbox.withhold(id, attempt));
      return "goes on";
    }
    const posting = { key: id, attempt, address, shown, standing, placed, signal, keepPlaced, around };
    const ref = await channel.post(thread, current, posting);
    const { more } = await ports.database.withTenant(tenant, ({ outbox }) => outbox.posted(id, attempt, ref));
    return more ? "goes on" : "is done";
  } catch (error) {
    // Whoever has taken it over posts what is missing, and tells what became of it.
    if (signal.aborted) return "waits";
    if (isExpertError(error, "cancelled")) {
      await withdraw(ports, thread, delivery);
      await ports.database.withTenant(tenant, ({ outbox }) => outbox.withhold(id, attempt));
      return "goes on";
    }
    const pauseMs = wantedPauseMs(error);
    if (pauseMs !== null) {
      await ports.database.withTenant(tenant, ({ outbox }) => outbox.postpone(id, attempt, later(pauseMs)));
      return "waits";
    }
    const next = retryMs[attempt - 1] ?? null;
    const retry = isExpertError(error, "channel_refused") ? null : next;
    const retried = retry === null && !(await isTold(ports, tenant, delivery)) ? next : retry;
    const wait = retried === null ? null : later(retried);
    ports.logger.warn("a message could not be posted", {
      delivery: id,
      channel: name,
      attempt,
      retryMs: wait,
      error,
    });
    const reason = isExpertError(error) ? `${error.code}: ${error.message}` : String(error);
    await ports.database.withTenant(tenant, ({ outbox }) => outbox.failed(id, attempt, reason, wait));
    return wait === null ? "goes on" : "waits";
  } finally {
    hold.end();
  }
}

/** Whether whoever waits for a message needs it no longer where it cannot be posted. */
async function isTold(
  { tellElsewhere, logger }: DeliverPorts,
  tenant: TenantId,
  delivery: Delivery,
): Promise<boolean> {
  try {
    await tellElsewhere?.(tenant, delivery);
    return true;
  } catch (error) {
    logger.warn("a message that cannot be posted could not be brought to its reader elsewhere", {
      delivery: delivery.id,
      channel: delivery.channel,
      error,
    });
    return false;
  }
}

/** Null where there is nothing to show any more. */
async function presented(
  { present }: DeliverPorts,
  tenant: TenantId,
  message: OutgoingMessage,
): Promise<OutgoingMessage | null> {
  if (message.kind !== "note" || !present) return message;
  const note = await present(tenant, message.note);
  return note && { ...message, note };
}

/** Keeps a message while it is posted; `signal` is aborted where another worker has it. */
function holdOn(
  ports: DeliverPorts,
  tenant: TenantId,
  { id, attempt }: Delivery,
): { readonly signal: AbortSignal; end(): void } {
  const { leaseMs = deliveryLeaseMs } = ports;
  const lost = new AbortController();
  const extend = async (): Promise<void> => {
    try {
      const kept = await ports.database.withTenant(tenant, ({ outbox }) =>
        outbox.extend(id, attempt, leaseMs),
      );
      if (!kept) lost.abort();
    } catch (error) {
      ports.logger.warn("a delivery's lease could not be extended", { delivery: id, error });
    }
  };
  const heartbeat = setInterval(() => void extend(), leaseMs / 3);
  return {
    signal: lost.signal,
    end() {
      clearInterval(heartbeat);
    },
  };
}

/** What cannot be taken back stays: the answer is withheld all the same. */
async function withdraw(
  { channels, logger }: DeliverPorts,
  thread: ThreadRef,
  { message: { turnId }, shown }: Delivery,
): Promise<void> {
  if (turnId === null) return;
  try {
    await channels.get(thread.channel)?.withdraw(thread, turnId, shown);
  } catch (error) {
    logger.warn("what was shown of a withheld answer could not be taken back", { turn: turnId, error });
  }
}

/** What a channel throws that was about to talk over a human. */
export const takenOver = (): ExpertError =>
  new ExpertError("cancelled", "A human has taken the thread over, so the answer was not posted.");
