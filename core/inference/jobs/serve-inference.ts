import { isExpertError } from "../../errors.ts";
import { newId } from "../../ids.ts";
import type { PacedWorker, Queue } from "../../queue.ts";
import { tooLate } from "../line/line-errors.ts";
import type { ModelGateway } from "../model-gateway.ts";
import type { InferenceTier } from "./inference-job.ts";
import { failedOf } from "./job-errors.ts";
import { type JobRun, runJob, type RunJobPorts } from "./run-job.ts";
import { createServerPace, type PacedChain } from "./server-pace.ts";
import { unreadable } from "./read-job.ts";
import { lastAttempt, sweepLost } from "./sweep-lost.ts";
import { wakesOf, wakeWorkers } from "./wake-workers.ts";

export interface ServedTier {
  readonly gateway: ModelGateway;
  readonly servers: PacedChain;
}

export interface ServeInferencePorts extends Omit<RunJobPorts, "gateway" | "holdMs"> {
  readonly queue: Queue;
  /** Those for which there is a server. */
  readonly tiers: ReadonlyMap<InferenceTier, ServedTier>;
  readonly timing?: Partial<ServeTiming>;
}

/** All in milliseconds. */
export interface ServeTiming {
  /** How long a job stays in this worker's hands without a sign of life. */
  readonly holdMs: number;
  /** How often this worker shows that it is there, and for how long that holds. */
  readonly beatMs: number;
  readonly presentMs: number;
  /** How often jobs are looked for that nobody was woken for, and those of workers that have gone; about. */
  readonly roundMs: number;
  /** How long answers that were begun may go on once this worker is stopped. */
  readonly drainMs: number;
}

const usual: ServeTiming = {
  holdMs: 15_000,
  beatMs: 1_000,
  presentMs: 15_000,
  roundMs: 3_000,
  drainMs: 20_000,
};
/** What cannot be taken here now is tried again, by whoever has room then. */
const passOnMs = 50;

export interface InferenceService {
  /** Throws `queue_unavailable` where the line cannot be reached. */
  check(): Promise<void>;
  /** Takes no more, gives back what has told nothing, and lets the rest end within a bound. */
  stop(): Promise<void>;
}

/**
 * Takes calls of its tiers and makes them, at the pace of the servers. A wake is one call's and takes one call, whosesoever turn it is:
 * as many wakes wait as calls do, and those for which there is no room stay with the queue for other workers. A call that has ended
 * makes room at once, before its end is told. Rounds take what a wake was lost for.
 */
export async function serveInference(ports: ServeInferencePorts): Promise<InferenceService> {
  const { line, events, queue, tiers, logger } = ports;
  const { holdMs, beatMs, presentMs, roundMs, drainMs } = { ...usual, ...ports.timing };
  const worker = newId<string>();
  const pace = createServerPace(new Map([...tiers].map(([tier, { servers }]) => [tier, servers])));
  const hands = new Map<InferenceTier, PacedWorker>();
  /** Wakes that are being worked on. */
  const woken = new Map<InferenceTier, number>();
  const runs = new Set<JobRun>();
  let stopping = false;
  let away = false;
  let backAt = -Infinity;

  const adjust = (): void => {
    for (const [tier, hand] of hands)
      hand.setConcurrency(stopping ? 0 : (woken.get(tier) ?? 0) + pace.free(tier));
  };

  const tellLate = (tier: InferenceTier, late: readonly string[]): void => {
    for (const id of late) {
      events.publish(id, 1, failedOf(tooLate()));
      logger.info("a call waited until it was of no use", { tier, job: id });
    }
  };
  const tellUnreadable = (tier: InferenceTier, ids: readonly string[]): void => {
    for (const id of ids) {
      events.publish(id, lastAttempt, failedOf(unreadable()));
      logger.error("a call cannot be read: whoever asked runs another version", { tier, job: id });
    }
  };

  /** Takes the next call into a place at a server, which is free again once it was called. Null where nobody waits. */
  const takeNext = async (tier: InferenceTier, leave: () => void): Promise<JobRun | null> => {
    const served = tiers.get(tier);
    try {
      const { taken, late, unreadable: unread } = await line.take(tier, holdMs);
      tellLate(tier, late);
      tellUnreadable(tier, unread);
      if (!taken || !served) {
        leave();
        return null;
      }
      const run = runJob({ ...ports, gateway: served.gateway, holdMs }, tier, taken);
      runs.add(run);
      void run.settled.then(async () => {
        runs.delete(run);
        // What was given back is put in line by whoever looks first.
        if (!run.told) await lookAfter(tier);
      });
      if (stopping && !run.told) run.leave();
      void run.called.then(() => {
        leave();
        adjust();
      });
      return run;
    } catch (error) {
      leave();
      throw error;
    }
  };

  const onWake = async (tier: InferenceTier, jobId: string): Promise<void> => {
    woken.set(tier, (woken.get(tier) ?? 0) + 1);
    try {
      const leave = stopping ? null : pace.enter(tier);
      if (leave) await (await takeNext(tier, leave))?.called;
      else await wakeWorkers(ports, { id: jobId, tier, call: null }, { delayMs: passOnMs });
    } catch (error) {
      told(error);
    } finally {
      woken.set(tier, (woken.get(tier) ?? 0) - 1);
      adjust();
    }
  };

  const lookAfter = async (tier: InferenceTier): Promise<void> => {
    try {
      if (away) await line.length(tier);
      back();
      // Holds that ran out while nobody could extend them are extended first by whoever is there.
      if (performance.now() - backAt >= holdMs / 2) await sweepLost(ports, tier);
    } catch (error) {
      told(error);
    }
  };

  /** An outage is told once, and its end. */
  const told = (error: unknown): void => {
    const level = !isExpertError(error, "queue_unavailable") ? "error" : away ? "debug" : "warn";
    away ||= level === "warn";
    logger[level]("calls of models cannot be taken now; it is tried again", { error });
  };
  const back = (): void => {
    if (!away) return;
    logger.warn("calls of models are taken again");
    away = false;
    backAt = performance.now();
  };

  const round = async (): Promise<void> => {
    for (const tier of tiers.keys()) {
      await lookAfter(tier);
      for (;;) {
        const leave = stopping ? null : pace.enter(tier);
        if (!leave || !(await takeNext(tier, leave).catch(told))) break;
      }
    }
  };

  let shown = "";
  const show = async (): Promise<void> => {
    const served = stopping ? [] : [...tiers.keys()].filter((tier) => pace.serves(tier));
    // Each time: where Redis has lost its memory, nobody is told for long that there is no worker.
    await line.serve(worker, served, presentMs);
    if (served.join() !== shown) logger.info("tiers that are served", { tiers: served });
    shown = served.join();
  };
  const beat = async (): Promise<void> => {
    adjust();
    await show().catch(told);
  };

  for (const tier of tiers.keys())
    hands.set(
      tier,
      await queue.process(wakesOf(tier), ({ jobId }) => onWake(tier, jobId), {
        concurrency: pace.free(tier),
        attempts: 1,
        retryDelayMs: passOnMs,
      }),
    );
  await beat();
  const rounds = again(() => roundMs * (0.75 + Math.random() / 2), round);
  const beats = again(() => beatMs, beat);

  return {
    async check() {
      const [tier] = tiers.keys();
      if (tier) await line.length(tier);
    },
    async stop() {
      stopping = true;
      adjust();
      await Promise.all([rounds.stop(), beats.stop()]);
      await show().catch(told);
      for (const run of runs) if (!run.told) run.leave();
      let limit: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (limit = setTimeout(resolve, drainMs)));
      await Promise.race([allOf(runs), late]);
      clearTimeout(limit);
      for (const run of runs) run.leave();
      await Promise.all([...hands.values()].map((hand) => hand.close()));
      await allOf(runs);
    },
  };
}

const allOf = async (runs: ReadonlySet<JobRun>): Promise<void> => {
  while (runs.size > 0) await Promise.all([...runs].map(({ settled }) => settled));
};

/** Does it again and again, after a pause each time. */
function again(pauseMs: () => number, work: () => Promise<void>): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const plan = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = work().then(plan);
    }, pauseMs());
  };
  plan();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
