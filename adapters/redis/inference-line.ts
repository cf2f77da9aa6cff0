import { Redis } from "ioredis";
import { ExpertError } from "../../core/errors.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { inferenceTiers, type InferenceTier } from "../../core/inference/jobs/inference-job.ts";
import type { InferenceLine } from "../../core/inference/jobs/inference-line.ts";
import { readJob } from "../../core/inference/jobs/read-job.ts";
import { tooMany } from "../../core/inference/line/line-errors.ts";
import type { FairLineOptions } from "../../core/inference/line/fair-line.ts";
import type { TenantId } from "../../core/ids.ts";
import type { Logger } from "../../core/logger.ts";
import {
  addJob,
  endJob,
  extendHold,
  lostJobs,
  placeOfJob,
  putBack,
  removeJob,
  serveTier,
  takeJob,
  workersOf,
} from "./line/line-scripts.ts";
import type { Script } from "./script.ts";

export interface RedisInferenceLineOptions extends FairLineOptions {
  readonly url: string;
  /** Calls of a tier that wait at most; further ones are refused at once. 100,000 unless told: of long prompts, about 2 GB. */
  readonly mostWaiting?: number;
  /** Whoever asks has it; deadlines are kept by that of Redis. */
  readonly clock?: Clock;
  readonly logger: Logger;
  /** What is not answered within this time counts as away, in milliseconds; 2,000 unless told. */
  readonly answerWithinMs?: number;
}

/** Bodies from this length on, those with pictures, are sent one after the other: many at once would not be answered in time. */
const largeFrom = 1_048_576;
/** Longest pause before a connection is tried again, in milliseconds. */
const reconnectMs = 500;
/** Lost jobs told at once; and after how long one is told again where whoever was told did nothing, in milliseconds. */
const lostAtOnce = 100;
const tellAgainMs = 10_000;

/** The fair line of core/inference/line over all processes: each change is one script, which Redis runs whole or not at all. */
export function createRedisInferenceLine({
  url,
  logger,
  clock = systemClock,
  mostWaiting = 100_000,
  interactiveWeight = 9,
  tenantWeight = () => 1,
  answerWithinMs = 2_000,
}: RedisInferenceLineOptions): InferenceLine {
  const redis = new Redis(url, {
    commandTimeout: answerWithinMs,
    maxRetriesPerRequest: 1,
    // Whoever asked tries again; what Redis may have done already is not done twice behind its back.
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(times * 50, reconnectMs),
  });
  // Told once by whoever asks; without a listener it would end the process.
  redis.on("error", () => undefined);
  let away = false;
  let large: Promise<unknown> = Promise.resolve();

  const reach = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const result = await work();
      if (away) logger.info("the line of model calls is reached again");
      away = false;
      return result;
    } catch (cause) {
      if (!away) logger.warn("the line of model calls cannot be reached", { error: cause });
      away = true;
      throw new ExpertError("queue_unavailable", "The line of model calls cannot be reached.", {
        remedy: "Check that Redis runs and that REDIS_URL is right.",
        cause,
      });
    }
  };
  const run = (
    script: Script,
    tier: InferenceTier,
    ...args: readonly (string | number)[]
  ): Promise<unknown> => reach(() => script(redis, baseOf(tier), ...args));
  const is = async (answer: Promise<unknown>): Promise<boolean> => (await answer) === 1;

  return {
    async add(job) {
      const { id, tier, call, cost, deadlineMs } = job;
      const urgency = call?.urgency ?? "batch";
      const body = JSON.stringify(job);
      const put = async (): Promise<void> => {
        const added = await run(
          addJob,
          tier,
          id,
          urgency,
          call?.tenantId ?? "",
          call?.userId ?? "",
          cost,
          urgency === "interactive" ? interactiveWeight : 1,
          tenantWeight(call?.tenantId ?? ("" as TenantId)),
          deadlineMs === null ? "" : Math.max(0, deadlineMs - clock.now().getTime()),
          body,
          mostWaiting,
        );
        if (added === -1) throw tooMany(mostWaiting);
      };
      if (body.length < largeFrom || away) await put();
      else await (large = large.then(put, put));
    },
    async take(tier, holdMs) {
      const [late, unreadable]: [string[], string[]] = [[], []];
      for (;;) {
        const answer = (await run(takeJob, tier, holdMs)) as [string[], string?, number?, string?];
        const [passed, body, attempt, id] = answer;
        late.push(...passed);
        if (body === undefined || attempt === undefined || id === undefined)
          return { taken: null, late, unreadable };
        const job = readJob(body);
        if (job?.id === id) return { taken: { job, attempt }, late, unreadable };
        await run(removeJob, tier, id);
        unreadable.push(id);
      }
    },
    extend: (tier, id, attempt, holdMs) => is(run(extendHold, tier, id, attempt, holdMs)),
    end: (tier, id, attempt, cost) => is(run(endJob, tier, id, attempt, cost ?? "")),
    async remove(tier, id) {
      await run(removeJob, tier, id);
    },
    lost: async (tier) => (await run(lostJobs, tier, lostAtOnce, tellAgainMs)) as string[],
    back: (tier, id) => is(run(putBack, tier, id)),
    async placeOf(tier, id) {
      const place = (await run(placeOfJob, tier, id)) as number;
      return place < 0 ? null : place;
    },
    has: async (tier, id) => (await reach(() => redis.exists(`${baseOf(tier)}job:${id}`))) === 1,
    length: async (tier) => Number((await reach(() => redis.hget(`${baseOf(tier)}share:`, "#waiting"))) ?? 0),
    async serve(worker, tiers, forMs) {
      await Promise.all(
        inferenceTiers.map((tier) => run(serveTier, tier, worker, tiers.includes(tier) ? forMs : 0)),
      );
    },
    workers: async (tier) => (await run(workersOf, tier)) as number,
    async close() {
      redis.disconnect();
    },
  };
}

/** What a tier's keys begin with; in a cluster, all of them are in one place. */
const baseOf = (tier: InferenceTier): string => `expert:inference:{${tier}}:`;
