import { isExpertError } from "../../errors.ts";
import { newId } from "../../ids.ts";
import type { Logger } from "../../logger.ts";
import type { Queue } from "../../queue.ts";
import { stopped, tooLate } from "../line/line-errors.ts";
import type { InferenceEvents } from "./inference-events.ts";
import { endsInference, type InferenceEvent, type InferenceJob } from "./inference-job.ts";
import type { InferenceLine } from "./inference-line.ts";
import { brokenOff, errorOf, noWorker, queueAway } from "./job-errors.ts";
import { wakeWorkers } from "./wake-workers.ts";
import { watchJob, type WatchJobOptions, type WatchJobPorts } from "./watch-job.ts";

export interface AskInferencePorts extends WatchJobPorts {
  readonly line: InferenceLine;
  readonly events: InferenceEvents;
  readonly queue: Pick<Queue, "enqueue">;
  readonly logger: Logger;
}

/** What is told of a job that goes well. */
type Told = Exclude<InferenceEvent, { readonly kind: "failed" }>;

/** How long Redis may be away while a job is put in line, in milliseconds, and the pause before it is tried again. */
const enterWithinMs = 5_000;
const enterAgainMs = 250;
/** How often a job is put in line that Redis has forgotten. */
const mostTries = 3;

/**
 * Has another process make a call, and gives what it tells. Throws `cancelled` where the asker stops it, `model_timeout`
 * where its turn does not come in time, what the worker has met, and `model_unavailable` where no worker serves the tier, Redis is
 * away, or the worker has gone in the middle. Where the reader leaves early the call is stopped at its server.
 */
export async function* askInference(
  ports: AskInferencePorts,
  asked: Omit<InferenceJob, "id">,
  options: WatchJobOptions,
): AsyncGenerator<Told> {
  for (let tries = 1; ; tries += 1) {
    // Under an id of its own each time: what may still run of the first cannot be taken for the second.
    const job: InferenceJob = { ...asked, id: newId() };
    const outcome = yield* askOnce(ports, job, options);
    if (outcome === "ended") return;
    if (tries === mostTries) throw queueAway(new Error("The job was forgotten again and again."));
    ports.logger.warn("a call was lost with the memory of Redis; it is put in line again", { job: job.id });
  }
}

async function* askOnce(
  ports: AskInferencePorts,
  job: InferenceJob,
  options: WatchJobOptions,
): AsyncGenerator<Told, "ended" | "lost"> {
  const { line, events, logger } = ports;
  const over = new AbortController();
  let ended = false;
  let told = false;
  let watch: ReturnType<typeof watchJob> | null = null;
  try {
    const reading = events.subscribe(job.id, over.signal)[Symbol.asyncIterator]();
    const readNext = (): ReturnType<typeof reading.next> => {
      const reads = reading.next();
      // Where there is trouble first, nobody reads on.
      reads.catch(() => undefined);
      return reads;
    };
    // Before it is in line, so that its first word is waited for.
    for (let reads = readNext(); ; reads = readNext()) {
      if (!watch) {
        await enter(ports, job, options.signal);
        watch = watchJob(ports, job, options);
      }
      const read = await Promise.race([reads, watch.trouble]);
      if (read === "lost") {
        if (told) throw brokenOff();
        return "lost";
      }
      if (read.done === true) throw told ? brokenOff() : queueAway(new Error("The events ended early."));
      const event = read.value;
      watch.seen();
      ended = endsInference(event);
      if (event.kind === "failed") throw errorOf(event);
      told = true;
      yield event;
      if (ended) return "ended";
    }
  } finally {
    watch?.end();
    over.abort();
    if (ended) events.forget(job.id);
    else {
      events.stop(job.id);
      line.remove(job.tier, job.id).catch((error: unknown) => {
        logger.debug("a call that nobody waits for could not be taken out of line", { job: job.id, error });
      });
    }
  }
}

/** Puts it in line and wakes a worker. A wake that is lost is found by the workers' own rounds. */
async function enter(
  { line, queue, clock, logger }: AskInferencePorts,
  job: InferenceJob,
  signal: AbortSignal | undefined,
): Promise<void> {
  const now = (): number => clock.now().getTime();
  const until = Math.min(now() + enterWithinMs, job.deadlineMs ?? Infinity);
  for (;;)
    try {
      if (signal?.aborted) throw stopped();
      if ((await line.workers(job.tier)) === 0) throw noWorker(job.tier);
      if (now() >= (job.deadlineMs ?? Infinity)) throw tooLate();
      await line.add(job);
      await wakeWorkers({ queue, logger }, job);
      return;
    } catch (error) {
      if (isExpertError(error) && error.code !== "queue_unavailable") throw error;
      if (now() + enterAgainMs >= until) throw queueAway(error);
      // A stop is told by the next round.
      await pause(enterAgainMs, signal);
    }
}

/** Until the time is over, or it is stopped. */
const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
