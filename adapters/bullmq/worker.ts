import { UnrecoverableError, type Job } from "bullmq";
import { isExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { ProcessOptions, QueueName, PacedWorker } from "../../core/queue.ts";
import type { QueueBackend, QueueTiming } from "./backend.ts";
import type { OutageLog } from "./outage-log.ts";

/** How long a worker rests after its store failed, so that it does not ask thousands of times a second. */
const restMs = 1000;
/** How long closing may take once no job runs; a store that is down would hold it for ever. */
const closeWithinMs = 5000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export async function startWorker<J>(
  {
    backend,
    logger,
    outage,
    timing: { lockMs },
  }: { backend: QueueBackend; logger: Logger; outage: OutageLog; timing: QueueTiming },
  name: QueueName,
  handler: (job: J) => Promise<void>,
  options: ProcessOptions,
): Promise<PacedWorker> {
  const running = new Set<Promise<void>>();

  const attempt = async (job: Job<J>) => {
    const made = job.attemptsMade + 1;
    const work = handler(job.data);
    running.add(work);
    try {
      await work;
    } catch (error) {
      const last = made >= options.attempts;
      logger[last ? "error" : "warn"](last ? "A job failed for good" : "A job failed and is tried again", {
        queue: name,
        job: job.id,
        attempt: made,
        code: isExpertError(error) ? error.code : "internal",
        error: messageOf(error),
      });
      throw last ? new UnrecoverableError(messageOf(error)) : error;
    } finally {
      running.delete(work);
    }
  };

  const { worker, beforeClose, release } = await backend.openWorker(name, attempt, {
    concurrency: Math.max(1, options.concurrency),
    maxStalledCount: options.attempts,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    runRetryDelay: restMs,
    settings: { backoffStrategy: (attemptsMade) => options.retryDelayMs * 2 ** (attemptsMade - 1) },
  });

  let rest: NodeJS.Timeout | null = null;
  let { concurrency } = options;
  let closed: Promise<void> | undefined;
  worker.on("active", () => outage.recovered());
  worker.on("error", (error) => {
    // After a refused connection BullMQ waits by itself; after any other error it asks again at once.
    if (rest || error.message.includes("ECONNREFUSED")) return;
    void worker.pause(true).catch(outage.failed);
    rest = setTimeout(() => {
      rest = null;
      if (concurrency > 0) void worker.resume().catch(outage.failed);
    }, restMs);
  });
  if (concurrency === 0) await worker.pause(true);
  worker.run().catch(outage.failed);

  const setConcurrency = (atOnce: number): void => {
    const before = concurrency;
    if (closed || atOnce === before) return;
    concurrency = atOnce;
    if (atOnce === 0) {
      void worker.pause(true).catch(outage.failed);
      return;
    }
    worker.concurrency = atOnce;
    // BullMQ looks at the number when a job ends; where all hands are full, only resuming makes it look again.
    const stuck = atOnce > before && running.size >= before;
    if (!stuck || rest) return;
    void worker
      .pause(true)
      .then(() => worker.resume())
      .catch(outage.failed);
  };

  const close = async () => {
    if (rest) clearTimeout(rest);
    await beforeClose();
    const closing = worker.close().catch(outage.failed);
    let limit: NodeJS.Timeout | undefined;
    const idle = Promise.allSettled(running).then(
      () => new Promise<void>((resolve) => (limit = setTimeout(resolve, closeWithinMs))),
    );
    await Promise.race([closing, idle]);
    clearTimeout(limit);
    await release();
  };
  return { setConcurrency, close: () => (closed ??= close()) };
}
