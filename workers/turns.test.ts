import { expect, it } from "@jest/globals";
import { systemClock } from "../core/clock.ts";
import type { TurnPorts } from "../core/conversation/run-turn.ts";
import { newId, type TenantId, type TurnId } from "../core/ids.ts";
import { silentLogger } from "../core/logger.ts";
import { createMemoryQueue } from "../tests/support/in-memory.ts";
import { until } from "../tests/support/sample-work.ts";
import { workTurns } from "./turns.ts";

const many = newId<TenantId>();
const few = newId<TenantId>();

/** A database that notes whose turn is looked for, has none of them, and answers once it is told. */
function slowDatabase() {
  const looked: TenantId[] = [];
  const waiting: (() => void)[] = [];
  return {
    looked,
    answer: () => waiting.shift()?.(),
    database: {
      withTenant: (tenant: TenantId) =>
        new Promise<null>((resolve) => {
          looked.push(tenant);
          waiting.push(() => resolve(null));
        }),
    },
  };
}

async function start(concurrency: number) {
  const queue = createMemoryQueue({ logger: silentLogger });
  const slow = slowDatabase();
  const worker = await workTurns({
    queue,
    clock: systemClock,
    turns: { database: slow.database } as unknown as TurnPorts,
    config: { TURN_CONCURRENCY: concurrency },
  });
  const ask = async (tenantId: TenantId, times: number): Promise<void> => {
    for (let n = 0; n < times; n += 1) {
      const turnId = newId<TurnId>();
      await queue.enqueue("turn", { tenantId, turnId }, { key: turnId });
    }
  };
  return { ...slow, queue, worker, ask };
}

it("answers no more at once than it is told, and lets companies take turns among what waits", async () => {
  const { looked, answer, queue, worker, ask } = await start(2);
  await ask(many, 40);
  await until("two are answered", async () => looked.length === 2);
  await ask(few, 3);
  for (let ended = 3; ended <= 43; ended += 1) {
    answer();
    await until("the next is answered", async () => looked.length === ended);
  }
  expect(looked.slice(2, 9).filter((tenant) => tenant === few)).toHaveLength(3);
  answer();
  answer();
  await worker.close();
  await queue.close();
});

it("begins nothing more once it is closed", async () => {
  const { looked, answer, queue, worker, ask } = await start(1);
  await ask(many, 5);
  await until("one is answered", async () => looked.length === 1);
  const closed = worker.close();
  answer();
  await closed;
  expect(looked).toHaveLength(1);
  await queue.close();
});
