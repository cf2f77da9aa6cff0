import { isExpertError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import type { ModelCall } from "../model-call.ts";
import type { ModelEvent, ModelGateway } from "../model-gateway.ts";
import type { InferenceEvents } from "./inference-events.ts";
import type { InferenceEvent, InferenceTier } from "./inference-job.ts";
import type { InferenceLine, TakenJob } from "./inference-line.ts";
import { brokenOff, failedOf, givenUp, otherModel } from "./job-errors.ts";
import { embeddedOf } from "./vectors-text.ts";

export interface RunJobPorts {
  readonly line: InferenceLine;
  readonly events: InferenceEvents;
  /** The tier's. */
  readonly gateway: ModelGateway;
  /** Notes whose models a call may be answered with, before it is made. */
  readonly nameDepartment: (call: ModelCall, department: string | null) => void;
  /** How long a job stays in this worker's hands without a sign of life, in milliseconds. */
  readonly holdMs: number;
  readonly logger: Logger;
}

export interface JobRun {
  /** Resolves once the server has no more to do with it. */
  readonly called: Promise<void>;
  /** Resolves once its end is told, and it is out of this worker's hands. Neither rejects. */
  readonly settled: Promise<void>;
  /** Whether anything of it was told. */
  readonly told: boolean;
  /** This worker stops: what has told nothing is given back, the rest ends as broken off. */
  leave(): void;
}

/** `over`: it is finished, or failed for whoever asked. `back`: another try may help. `gone`: it is nobody's any more. */
type Outcome =
  | { readonly kind: "over"; readonly end: InferenceEvent; readonly cost: number | null }
  | { readonly kind: "back" }
  | { readonly kind: "gone" };

/** How often in all a job is taken whose servers fail before the first word. */
const mostAttempts = 3;

/** How often it is taken at all: one that ends each worker that takes it would end them all. */
const mostTaken = 8;

/** Makes the call of a job that was just taken, tells what comes of it, and stops where it is nobody's any more. */
export function runJob(ports: RunJobPorts, tier: InferenceTier, { job, attempt }: TakenJob): JobRun {
  const { line, events, gateway, nameDepartment, holdMs, logger } = ports;
  const stop = new AbortController();
  let leaving = false;
  let told = false;
  const tell = (event: InferenceEvent): void => {
    told = true;
    events.publish(job.id, attempt, event);
  };
  const give = (): void => stop.abort();
  const unwatch = events.onStop(job.id, give);
  let holdAgain: NodeJS.Timeout;
  let over = false;
  const hold = async (): Promise<void> => {
    let nextMs = holdMs / 3;
    try {
      if (!(await line.extend(tier, job.id, attempt, holdMs))) give();
    } catch (error) {
      logger.debug("a call could not be held; it is tried again", { job: job.id, error });
      nextMs = holdMs / 10;
    }
    holdLater(nextMs);
  };
  const holdLater = (afterMs: number): void => {
    if (!over) holdAgain = setTimeout(() => void hold(), afterMs);
  };
  holdLater(holdMs / 3);

  const call = async (): Promise<{ readonly end: InferenceEvent; readonly cost: number | null }> => {
    const { request, call: whose, cost } = job;
    if (whose) nameDepartment(whose, job.department);
    if (request.kind === "embedding") {
      if (request.model !== null && request.model !== gateway.embeddingModel)
        throw otherModel(request.model, gateway.embeddingModel);
      const vectors = await gateway.embed(request.texts, stop.signal, whose ?? undefined);
      return { end: embeddedOf(vectors), cost };
    }
    const { kind: _kind, ...asked } = request;
    const answering = gateway.generate({ ...asked, signal: stop.signal, ...(whose ? { call: whose } : {}) });
    for await (const event of answering)
      if (event.kind === "text") tell(event);
      else return { end: namedBy(gateway, event), cost: tokensOf(event) };
    throw brokenOff();
  };

  const attemptCall = async (): Promise<Outcome> => {
    if (attempt > mostTaken) return { kind: "over", end: failedOf(givenUp()), cost: 0 };
    try {
      const { end, cost } = await call();
      return { kind: "over", end, cost };
    } catch (error) {
      if (stop.signal.aborted && !leaving) return { kind: "gone" };
      if (leaving) return told ? { kind: "over", end: failedOf(brokenOff()), cost: null } : { kind: "back" };
      logger.info("a call of a model failed", { job: job.id, tier, attempt, told, error });
      if (!told && attempt < mostAttempts && isExpertError(error, "model_unavailable")) {
        const others = await line.workers(tier).catch(() => 0);
        if (others > 1) return { kind: "back" };
      }
      return { kind: "over", end: failedOf(error), cost: told ? null : 0 };
    }
  };

  const settle = async (outcome: Outcome): Promise<void> => {
    if (outcome.kind === "over") {
      tell(outcome.end);
      // The end is told before it is out of the line: whoever waits never sees it gone without a word.
      if (await events.flush(job.id)) {
        await line.end(tier, job.id, attempt, outcome.cost);
        return;
      }
    }
    // Its hold is over: the next round finds it, and finds out whether something of it was told.
    if (outcome.kind === "gone") await line.end(tier, job.id, attempt, null);
    else await line.extend(tier, job.id, attempt, 0);
  };

  const outcome = attemptCall();
  const settled = outcome
    .then(settle)
    .catch((error: unknown) => {
      logger.warn("the end of a call could not be told; its hold runs out", { job: job.id, error });
    })
    .finally(() => {
      over = true;
      clearTimeout(holdAgain);
      unwatch();
    });
  return {
    called: outcome.then(() => undefined),
    settled,
    get told() {
      return told;
    },
    leave() {
      leaving = true;
      stop.abort();
    },
  };
}

const tokensOf = ({
  promptTokens,
  completionTokens,
}: Extract<ModelEvent, { kind: "done" }>): number | null =>
  promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens;

/** Whoever asked may have another model first. */
function namedBy(
  { chatModel }: ModelGateway,
  event: Extract<ModelEvent, { kind: "done" }>,
): Extract<ModelEvent, { kind: "done" }> {
  const model = event.model ?? chatModel;
  return model === null ? event : { ...event, model };
}
