import { answerKey } from "../answering/answer-key.ts";
import { type Draft, type DraftInput, extractive } from "../answering/draft.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import type { AnswerCache } from "../inference/cache/answer-cache.ts";
import { createForgiving } from "../inference/cache/forgiving-cache.ts";
import type { Logger } from "../logger.ts";
import type { ConcludedTurn } from "./conclude-turn.ts";
import type { TurnInHand } from "./turn-in-hand.ts";

/** What the model answered to a first question of a thread, for whoever asks the same with the same access. */
export interface RepeatedAnswers {
  /** The key of the question, and what was answered under it; null where it has to be asked, and nothing may be kept. */
  find(
    inHand: TurnInHand,
    input: DraftInput,
  ): Promise<{ readonly key: string; readonly draft: Draft | null } | null>;
  /** Keeps what was drafted and is sent as it is; everything else is forgotten. Nobody waits for it. */
  keep(inHand: TurnInHand, concluded: ConcludedTurn): void;
}

export interface RepeatedAnswersPorts {
  readonly cache: AnswerCache;
  readonly database: Pick<Database, "withTenant">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long an answer is kept, in milliseconds. */
  readonly keptMs: number;
  /** Names the models and how they are reached: another name finds nothing of before. */
  readonly models: string;
}

/** What was called wrong is not repeated for so long, in times that it is kept: whatever was kept of it is over by then. */
const wrongTimes = 2;

export function createRepeatedAnswers(ports: RepeatedAnswersPorts): RepeatedAnswers {
  const { cache, database, keptMs, models } = ports;
  const forgiving = createForgiving({ ...ports, name: "the cache of answers" });

  return {
    async find(inHand, input) {
      const key = keyOf(inHand, input, models);
      if (key === null) return null;
      const { tenantId } = inHand.turn;
      const draft = await forgiving(() => cache.find(tenantId, key), null);
      if (draft === null) return { key, draft };
      // The rows know at once, in every process.
      const wrong = await database.withTenant(tenantId, ({ turns }) =>
        turns.calledWrong(key, wrongTimes * keptMs),
      );
      return wrong ? null : { key, draft };
    },
    keep({ turn: { tenantId }, work }, concluded) {
      const { answerKey: key, draft } = work;
      if (key === undefined || draft === undefined || work.repeated || !isSentAsItIs(work, draft, concluded))
        return;
      void forgiving(() => cache.keep(tenantId, key, draft, keptMs), undefined);
    },
  };
}

/** Null where the answer rests on more than a prompt shows: a thread, files, a human's word. */
function keyOf(
  { turn, scope, work, files, result }: TurnInHand,
  input: DraftInput,
  models: string,
): string | null {
  const alone = turn.history.length === 0 && files?.files.length === 0;
  const { version } = input.result;
  if (!alone || work.known || work.wholeFile === true || result === null || version === undefined)
    return null;
  if (input.result.hits.length === 0) return null;
  const { tenantId } = turn;
  return answerKey({ tenantId, departmentId: work.departmentId ?? null, scope, version, models }, input);
}

/** Whole, by the model, wholly supported, and sent without a human. */
const isSentAsItIs = (
  { support, quotedInstead }: TurnInHand["work"],
  { text, answeredBy, complete }: Draft,
  { reply, approval }: ConcludedTurn,
): boolean =>
  reply.kind === "answer" &&
  approval === undefined &&
  complete &&
  text !== "" &&
  answeredBy !== extractive &&
  support === "whole" &&
  quotedInstead !== true;
