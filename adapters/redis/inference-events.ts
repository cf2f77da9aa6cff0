import { setTimeout as pause } from "node:timers/promises";
import { ExpertError } from "../../core/errors.ts";
import type { InferenceEvents } from "../../core/inference/jobs/inference-events.ts";
import { endsInference, type InferenceEvent } from "../../core/inference/jobs/inference-job.ts";
import type { Logger } from "../../core/logger.ts";
import { appendEvents, forgetEvents, jobReader, joinText, stopEvents, stopKey } from "./job-entries.ts";
import { appendArguments } from "./stream/append-arguments.ts";
import { openStreamConnections } from "./stream/connections.ts";
import { followStream } from "./stream/follow-stream.ts";
import { createStreamWakes } from "./stream/stream-wakes.ts";
import { createStreamWriter } from "./stream/stream-writer.ts";

/** A stop that cannot be told is tried again so often, with this pause, in milliseconds. */
const stopTries = 60;
const stopAgainMs = 500;

/** Carries what becomes of jobs between processes, by a Redis stream for each job, which is forgotten half a minute after its end. */
export function createRedisInferenceEvents({
  url,
  logger,
  answerWithinMs,
}: {
  readonly url: string;
  readonly logger: Logger;
  /** What is not answered within this time is tried again, in milliseconds; 2,000 unless told. */
  readonly answerWithinMs?: number;
}): InferenceEvents {
  const connections = openStreamConnections(url, answerWithinMs);
  const { commands, listening } = connections;
  const wakes = createStreamWakes(listening);
  const writer = createStreamWriter<InferenceEvent>({
    logger,
    words: {
      away: "what models say cannot be passed on: Redis is away",
      back: "what models say is passed on again",
    },
    textOf: (event) => (event.kind === "text" ? event.text : null),
    join: joinText,
    ends: endsInference,
    append: async (append) => (await appendEvents(commands, append.key, ...appendArguments(append))) === 1,
  });
  const stops = new Set<Promise<void>>();
  let closing = false;
  let closed = false;
  const isClosed = (): boolean => closed;

  const stop = async (key: string): Promise<void> => {
    for (let tries = 0; tries < stopTries; tries += 1)
      try {
        await stopEvents(commands, key);
        return;
      } catch (error) {
        if (closing) return;
        if (tries === 0) logger.debug("a stop cannot be told yet: Redis is away", { error });
        await pause(stopAgainMs);
      }
  };

  const watch = async (key: string, signal: AbortSignal, onStop: () => void): Promise<void> => {
    const readNext = async () => {
      const stopped = (await commands.exists(key)) === 1;
      return { items: stopped ? [key] : [], more: false, ended: stopped };
    };
    for await (const stopped of followStream({ wakes, key, signal, isClosed, readNext }))
      if (stopped) onStop();
  };

  return {
    publish: (job, attempt, event) => writer.publish(keyOf(job), attempt, event),
    flush: (job) => writer.flush(keyOf(job)),
    async told(job) {
      try {
        return (await commands.xlen(keyOf(job))) > 0;
      } catch (cause) {
        throw new ExpertError("queue_unavailable", "What becomes of a model call cannot be read.", {
          remedy: "Check that Redis runs and that REDIS_URL is right.",
          cause,
        });
      }
    },
    subscribe(job, signal) {
      const key = keyOf(job);
      return followStream({ wakes, key, signal, isClosed, readNext: jobReader(commands, key) });
    },
    stop(job) {
      const stopping = stop(keyOf(job)).finally(() => stops.delete(stopping));
      stops.add(stopping);
    },
    forget(job) {
      const forgetting = forgetEvents(commands, keyOf(job))
        .catch((error: unknown) => {
          logger.debug("what was said of a call is forgotten later: Redis is away", { error });
        })
        .then(() => void stops.delete(forgetting));
      stops.add(forgetting);
    },
    onStop(job, onStop) {
      const over = new AbortController();
      void watch(stopKey(keyOf(job)), over.signal, onStop);
      return () => over.abort();
    },
    async close() {
      if (closing) return;
      closing = true;
      await Promise.all([writer.close(), ...stops]);
      closed = true;
      wakes.close();
      connections.close();
    },
  };
}

const keyOf = (job: string): string => `expert:inference:{job:${job}}`;
