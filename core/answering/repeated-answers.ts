import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import type { TenantId } from "../ids.ts";
import type { AnswerCache } from "../inference/cache/answer-cache.ts";
import { createForgiving } from "../inference/cache/forgiving-cache.ts";
import type { Logger } from "../logger.ts";
import { answerKey, type AskedFor } from "./answer-key.ts";
import type { Draft, DraftInput } from "./draft.ts";

/** What the model answered to a first question of a thread, for whoever asks the same with the same access. */
export interface RepeatedAnswers {
  /** The question's key, and what was answered under it, if anything; null where the answer was called wrong. */
  find(
    asked: Omit<AskedFor, "models">,
    input: DraftInput,
  ): Promise<{ readonly key: string; readonly draft: Draft | null } | null>;
  /** Nobody waits for it. */
  keep(tenant: TenantId, key: string, draft: Draft): void;
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
    async find(asked, input) {
      const { tenantId } = asked;
      const key = answerKey({ ...asked, models }, input);
      const draft = await forgiving(() => cache.find(tenantId, key), null);
      if (draft === null) return { key, draft };
      // The rows know at once, in every process.
      const wrong = await database.withTenant(tenantId, ({ turns }) =>
        turns.calledWrong(key, wrongTimes * keptMs),
      );
      return wrong ? null : { key, draft };
    },
    keep(tenant, key, draft) {
      void forgiving(() => cache.keep(tenant, key, draft, keptMs), undefined);
    },
  };
}
