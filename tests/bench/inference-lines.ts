import { createBullmqQueue } from "../../adapters/bullmq/queue.ts";
import { createRedisInferenceLine } from "../../adapters/redis/inference-line.ts";
import type { InferenceJob } from "../../core/inference/jobs/inference-job.ts";
import { wakeWorkers } from "../../core/inference/jobs/wake-workers.ts";
import { createFairLine, type Waiting } from "../../core/inference/line/fair-line.ts";
import { newId, type TenantId, type UserId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";

/** Calls that wait already. */
export const queued = 10_000;
const tenantsThere = 50;
const measured = 500;
/** About what a question with its passages takes. */
const promptCharacters = 8_000;

export interface LineTimes {
  readonly addMs: readonly number[];
  readonly placeMs: readonly number[];
}

interface Line {
  add(call: Waiting): void | Promise<void>;
  placeOf(call: Waiting): unknown;
}

/** How long it takes to join a line of so many of 50 tenants, each of another person, and to learn one's place in it. */
async function measureLine(line: Line): Promise<LineTimes> {
  const tenants = Array.from({ length: tenantsThere }, () => newId<TenantId>());
  const call = (n: number): Waiting => ({
    urgency: n % 5 === 0 ? "batch" : "interactive",
    tenantId: tenants[n % tenants.length] ?? newId<TenantId>(),
    userId: newId<UserId>(),
    cost: 400,
  });
  const calls = Array.from({ length: queued }, (_, n) => call(n));
  for (let from = 0; from < queued; from += 100)
    await Promise.all(calls.slice(from, from + 100).map(async (each) => await line.add(each)));
  const timed = async (work: () => unknown): Promise<number> => {
    const begun = performance.now();
    const working = work();
    if (working instanceof Promise) await working;
    return performance.now() - begun;
  };
  const addMs: number[] = [];
  for (let n = 0; n < measured; n += 1) addMs.push(await timed(() => line.add(call(n))));
  const placeMs: number[] = [];
  for (let n = 0; n < queued; n += queued / measured) {
    const each = calls[n];
    if (!each) break;
    placeMs.push(
      await timed(async () => {
        if ((await line.placeOf(each)) === null) throw new Error("one that waits has no place");
      }),
    );
  }
  return { addMs, placeMs };
}

/** The line of one process. */
export const measureOwnLine = (): Promise<LineTimes> => measureLine(createFairLine<Waiting>());

/** The line of all processes: what an asker does, from whether somebody serves the tier to the wake. */
export async function measureRedisLine(url: string): Promise<LineTimes> {
  const logger = silentLogger;
  const line = createRedisInferenceLine({ url, logger });
  const queue = createBullmqQueue({ connection: { kind: "redis", url }, logger });
  const ids = new WeakMap<Waiting, string>();
  try {
    return await measureLine({
      async add(call) {
        const job = jobOf(call);
        ids.set(call, job.id);
        await line.workers(job.tier);
        await line.add(job);
        await wakeWorkers({ queue, logger }, job);
      },
      placeOf: (call) => line.placeOf(tier, ids.get(call) ?? ""),
    });
  } finally {
    await queue.close();
    await line.close();
  }
}

/** One that no worker of the bench serves, so that the line only grows. */
const tier = "heavy";

const jobOf = ({ cost, urgency, tenantId, userId }: Waiting): InferenceJob => ({
  id: newId(),
  tier,
  call: { tenantId, userId, departmentId: null, urgency },
  department: null,
  request: {
    kind: "chat",
    messages: [{ role: "user", content: "x".repeat(promptCharacters) }],
    maxTokens: 400,
    temperature: 0,
  },
  cost,
  deadlineMs: null,
});
