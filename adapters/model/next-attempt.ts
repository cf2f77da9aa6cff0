import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { ModelCall } from "../../core/inference/model-call.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import type { ServerBreaker } from "../../core/inference/routing/server-breaker.ts";
import type { Logger } from "../../core/logger.ts";

/** One model of one server. */
export interface Routed {
  readonly server: string;
  readonly gateway: ModelGateway;
  readonly breaker: Pick<ServerBreaker, "available" | "state">;
  /** All of its server's models share one. */
  readonly load: ServerLoad;
}

/** What a server has to do, by what it bears: the least busy one of a step is asked. */
export interface ServerLoad {
  /** Calls that were given to it and have not ended. */
  calls: number;
  readonly limit: () => number;
}

/** Steps in order, each with those that may be asked alike. */
export type Chain = readonly (readonly Routed[])[];

/** How often the chain is gone down: as often as a request is sent to one server that fails. */
const rounds = 3;
/** Before the second round, doubled before the third; at random between half of it and all. */
const firstPauseMs = 200;
/** A server that wants a longer pause than this is not waited for, even where nobody waits. */
const longestPauseMs = 60_000;

export interface Attempt {
  readonly routed: Routed;
  /** What went wrong before the first word; throws it where no other attempt can help. */
  failed(error: unknown): void;
}

export interface AttemptOptions {
  readonly clock: Clock;
  /** Nothing is tried again for a call that somebody waits for, once this time has passed, in milliseconds. */
  readonly longestWaitMs: number;
  readonly logger: Logger;
  /** From 0 to 1: spreads those who try again. Math.random unless told. */
  readonly random?: () => number;
}

/** Whom to ask, one after the other; ends by throwing the last error where all failed. */
export async function* createAttempts(
  chain: Chain,
  { clock, longestWaitMs, logger, random = Math.random }: AttemptOptions,
  call: ModelCall | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Attempt> {
  const now = (): number => clock.now().getTime();
  const until = call?.urgency === "interactive" ? now() + longestWaitMs : Infinity;
  const settled = new Set<Routed>();
  let last: ExpertError | null = null;
  let wantedPauseMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0) {
      const ms = Math.max(wantedPauseMs, firstPauseMs * 2 ** (round - 1) * (0.5 + random() / 2));
      if (last === null || ms > longestPauseMs || now() + ms > until) break;
      if (chain.flat().every((routed) => settled.has(routed) || !routed.breaker.available)) break;
      // A stop is told by the next attempt, in its own words.
      await pause(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
      wantedPauseMs = 0;
    }
    for (const step of chain)
      for (const routed of byLoad(step)) {
        if (settled.has(routed) || !routed.breaker.available) continue;
        routed.load.calls += 1;
        try {
          yield {
            routed,
            failed(error) {
              const worth = worthOf(error);
              if (!isExpertError(error) || worth === "nothing" || now() >= until) throw error;
              if (worth === "another server") settled.add(routed);
              wantedPauseMs = Math.max(wantedPauseMs, wantedPause(error));
              last = error;
              const { code, facts } = error;
              logger.warn("A model server did not answer; another is asked where there is one", {
                ...facts,
                server: routed.server,
                error: code,
              });
            },
          };
        } finally {
          routed.load.calls -= 1;
        }
      }
  }
  throw last ?? allLeftAlone(chain);
}

const byLoad = (step: readonly Routed[]): readonly Routed[] =>
  step.length < 2 ? step : step.toSorted((a, b) => shareOf(a) - shareOf(b));

const shareOf = ({ load }: Routed): number => load.calls / load.limit();

/** What may help after a failure: the same again a little later; only another server; or nothing. */
function worthOf(error: unknown): "the same again" | "another server" | "nothing" {
  if (!isExpertError(error, "model_unavailable", "model_timeout", "model_refused")) return "nothing";
  // What no server said holds everywhere: the turn that did not come, vectors that are none.
  const { server, status, leftAlone } = error.facts;
  if (server === undefined) return "nothing";
  if (error.code === "model_refused") return status === 401 || status === 403 ? "another server" : "nothing";
  if (status === 404 || leftAlone === true) return "another server";
  // A time limit that was missed is most of the time that there is; a status came at once.
  if (error.code === "model_timeout" && status === undefined) return "another server";
  return "the same again";
}

function wantedPause({ facts: { retryAfterMs } }: ExpertError): number {
  return typeof retryAfterMs === "number" ? retryAfterMs : 0;
}

function allLeftAlone(chain: Chain): ExpertError {
  const servers = [...new Set(chain.flat().map(({ server }) => server))].join(", ");
  return new ExpertError(
    "model_unavailable",
    `Every model server is left alone after failures: ${servers}.`,
    {
      remedy: "Check that they run; each is tried again by itself.",
      facts: { servers },
    },
  );
}
