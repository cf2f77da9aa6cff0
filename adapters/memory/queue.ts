import { type Clock, systemClock } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { Queue, QueueJobs, QueueName } from "../../core/queue.ts";
import { createQueueLane, type QueueLane } from "./queue-lane.ts";
import { createTurnstile } from "./turnstile.ts";

export interface MemoryQueueOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** How long the key of a finished job is remembered; an hour unless told. */
  readonly rememberMs?: number;
  /** The most keys of finished jobs remembered per queue; the oldest go first. */
  readonly maximumRememberedKeys?: number;
}

/** What is answered; what is to be posted is short, and waits for the channel as it is. */
const waitInARush: ReadonlySet<QueueName> = new Set(["event", "turn"]);

/**
 * The queue of one process: wakes its workers in memory, writes nothing, and forgets what waits when the process
 * ends (the sweeper finds it by the rows).
 */
export function createMemoryQueue({
  logger,
  clock = systemClock,
  rememberMs = 3_600_000,
  maximumRememberedKeys = 100_000,
}: MemoryQueueOptions): Queue {
  const lanes: { [N in QueueName]?: QueueLane<QueueJobs[N]> } = {};
  const turnstile = createTurnstile();
  let state: "open" | "closing" | "closed" = "open";

  const refuse = () => {
    throw new ExpertError("queue_unavailable", "The queue is closed.", {
      remedy: "The process is stopping; try again once it has started.",
    });
  };
  const lane = <N extends QueueName>(name: N): QueueLane<QueueJobs[N]> => {
    const existing: QueueLane<QueueJobs[N]> | undefined = lanes[name];
    if (existing) return existing;
    const created = createQueueLane<QueueJobs[N]>({
      name,
      rememberMs,
      maximumRememberedKeys,
      clock,
      logger,
      ...(waitInARush.has(name) ? { turnstile } : {}),
    });
    Object.assign(lanes, { [name]: created });
    return created;
  };

  return {
    enqueue: async (name, job, options) => {
      // While it closes, the jobs that still run may enqueue what follows from them.
      if (state === "closed") refuse();
      if (name === "event" && options.again !== true) turnstile.arrived();
      lane(name).add(
        `${job.tenantId}/${options.key}`,
        { ...job },
        {
          delayMs: options.delayMs ?? 0,
          again: options.again ?? false,
          forget: options.forget ?? false,
        },
      );
    },
    process: async (name, handler, options) => {
      if (state !== "open") refuse();
      return lane(name).work(handler, options);
    },
    async close() {
      if (state === "open") state = "closing";
      await Promise.all(Object.values(lanes).map((each) => each.close()));
      turnstile.close();
      state = "closed";
    },
  };
}
