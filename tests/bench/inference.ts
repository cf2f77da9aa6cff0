import { createOpenAiGateway } from "../../adapters/model/openai-gateway.ts";
import { createFairGateway } from "../../core/inference/fair-gateway.ts";
import { createFairLine, type Waiting } from "../../core/inference/line/fair-line.ts";
import { createInFlightLimit } from "../../core/inference/line/in-flight-limit.ts";
import { createLane } from "../../core/inference/line/lane.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { newId, type TenantId, type UserId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import type { BenchOptions, BenchOutcome, BenchServer } from "./bench.ts";
import { type FixtureProcess, withFixture } from "./fixture-process.ts";
import { measureGpu } from "./measure-gpu.ts";
import { latencyFigures, median, percentile, rounded } from "./percentiles.ts";

const defaultSeconds = 12;
const answerTokens = 40;
const prompt = "How is the feed pump primed? ".repeat(40);
/** Callers that ask again as soon as they are answered: more than the batch holds. */
const callers = 48;
const idleCalls = 200;
const idleTokens = 2;
const tenantsCount = 10;
const callersEach = 6;
const greedier = 20;
const queued = 10_000;

const bars = { throughput: 0.97, addedP50Ms: 15, addedP99Ms: 40, jain: 0.98, waits: 1.3, lineMs: 10 };

/**
 * Calls of a simulated GPU server, shared fairly and limited, beside the same calls made directly: tokens in a second at
 * saturation, what is added to the first token when idle, and what a greedy tenant takes from the others.
 */
export async function benchInference(options: BenchOptions): Promise<BenchOutcome> {
  const { server } = options;
  if (!server)
    return await withFixture("./gpu-server.fixture.ts", async (fixture) => {
      const { url } = await stateOf(fixture);
      const model = { url, model: "simulated", apiKey: null };
      return await measure(options, model, async () => (await stateOf(fixture)).tokens);
    });
  options.say(`${server.model} at ${server.url}: tokens are counted as they arrive, not at the server`);
  const { figures, ...outcome } = await measure(options, server, () => Promise.resolve(arrived));
  const gpu = await measureGpu(gatewayOf(server), options.say);
  return { ...outcome, figures: { ...figures, ...gpu } };
}

/** Pieces of text that came, of all calls: what a server that tells no more has given. */
let arrived = 0;

async function measure(
  options: BenchOptions,
  server: BenchServer,
  tokensGiven: () => Promise<number>,
): Promise<BenchOutcome> {
  const seconds = options.seconds ?? defaultSeconds;
  const direct = gatewayOf(server);
  const fair = (): ModelGateway => sharedOf(gatewayOf(server));

  options.say(`${idleCalls} calls, one after the other, directly and in turn`);
  const idle = await measureIdle(direct, fair());

  options.say(`${callers} callers for ${seconds} s, directly`);
  const before = await saturate(tokensGiven, direct, seconds);
  options.say(`${callers} callers for ${seconds} s, in turn`);
  const shared = await saturate(tokensGiven, fair(), seconds);
  options.say(`${callers} callers for ${seconds} s, directly again`);
  const after = await saturate(tokensGiven, direct, seconds);

  options.say(`${tenantsCount - 1} tenants for ${seconds} s`);
  const calm = await share(fair(), seconds, 0);
  options.say(`the same with one more that asks ${greedier} times as much`);
  const crowded = await share(fair(), seconds, greedier);

  const line = measureLine();
  const most = Math.max(before, after);
  const others = crowded.slice(1);
  const waits =
    percentile(
      others.flatMap(({ waitsMs }) => waitsMs),
      95,
    ) /
    percentile(
      calm.slice(1).flatMap(({ waitsMs }) => waitsMs),
      95,
    );
  const jain = jainOf(others.map(({ answers }) => answers));
  const added = { p50: idle.shared.p50 - idle.direct.p50, p99: idle.shared.p99 - idle.direct.p99 };
  return {
    figures: {
      directTokensPerSecond: rounded(most),
      sharedTokensPerSecond: rounded(shared),
      idleAddedFirstTokenP50Ms: rounded(added.p50, 2),
      idleAddedFirstTokenP99Ms: rounded(added.p99, 2),
      jainOfOthers: rounded(jain, 4),
      greedyTenantShare: rounded(
        (crowded[0]?.answers ?? 0) / crowded.reduce((sum, { answers }) => sum + answers, 0),
        3,
      ),
      ...latencyFigures(
        "othersWaitAlone",
        calm.slice(1).flatMap(({ waitsMs }) => waitsMs),
      ),
      ...latencyFigures(
        "othersWaitCrowded",
        others.flatMap(({ waitsMs }) => waitsMs),
      ),
      enqueueP99Ms: rounded(percentile(line.addMs, 99), 4),
      placeP99Ms: rounded(percentile(line.placeMs, 99), 4),
    },
    ratios: { throughput: rounded(shared / most, 3), othersP95Wait: rounded(waits, 2) },
    held: {
      [`at least ${bars.throughput * 100} % of the direct throughput`]: shared / most >= bars.throughput,
      [`first token at most ${bars.addedP50Ms} ms later at the median, ${bars.addedP99Ms} ms at p99`]:
        added.p50 <= bars.addedP50Ms && added.p99 <= bars.addedP99Ms,
      [`Jain's index of the others at least ${bars.jain}`]: jain >= bars.jain,
      [`the others' p95 wait within ${bars.waits} times`]: waits <= bars.waits,
      [`enqueue and place under ${bars.lineMs} ms with ${queued} queued`]:
        percentile([...line.addMs, ...line.placeMs], 99) < bars.lineMs,
    },
  };
}

const stateOf = (fixture: FixtureProcess): Promise<{ url: string; tokens: number }> =>
  fixture.ask({ kind: "state" });

const gatewayOf = ({ url, model, apiKey }: BenchServer): ModelGateway =>
  createOpenAiGateway({
    baseUrl: url,
    ...(apiKey === null ? {} : { apiKey }),
    chatModel: model,
    embeddingModel: null,
    timeouts: { connectMs: 5_000, firstTokenMs: 60_000, betweenTokensMs: 15_000 },
    logger: silentLogger,
  });

/** As adapters/connect/model.ts joins it. */
function sharedOf(gateway: ModelGateway): ModelGateway {
  const clock = { now: () => new Date() };
  const lane = () =>
    createLane({
      clock,
      limit: createInFlightLimit({ least: 1, most: 64, start: 4, firstTokenTargetMs: 4_000 }),
    });
  return createFairGateway({ gateway, chat: lane(), embedding: lane(), clock, longestWaitMs: 600_000 });
}

/** One call to its end; tells when its first token came, in milliseconds from when it was asked for. */
async function callOnce(
  gateway: ModelGateway,
  tenantId: TenantId,
  userId: UserId | null,
  maxTokens = answerTokens,
): Promise<number> {
  const begun = performance.now();
  let first: number | null = null;
  for await (const event of gateway.generate({
    messages: [{ role: "user", content: prompt }],
    maxTokens,
    temperature: 0,
    call: { tenantId, userId, departmentId: null, urgency: "interactive" },
  }))
    if (event.kind === "text") {
      arrived += 1;
      first ??= performance.now() - begun;
    }
  return first ?? performance.now() - begun;
}

/** In pairs, so that what the machine does besides meets both. */
async function measureIdle(direct: ModelGateway, shared: ModelGateway) {
  const tenant = newId<TenantId>();
  const times: { direct: number[]; shared: number[] } = { direct: [], shared: [] };
  for (let call = -10; call < idleCalls; call += 1) {
    const pair = [
      await callOnce(direct, tenant, null, idleTokens),
      await callOnce(shared, tenant, null, idleTokens),
    ] as const;
    if (call < 0) continue;
    times.direct.push(pair[0]);
    times.shared.push(pair[1]);
  }
  const figures = (all: readonly number[]) => ({ p50: median(all), p99: percentile(all, 99) });
  return { direct: figures(times.direct), shared: figures(times.shared) };
}

/** Tokens in a second that the server gives, once it is warm. */
async function saturate(
  tokensGiven: () => Promise<number>,
  gateway: ModelGateway,
  seconds: number,
): Promise<number> {
  let over = false;
  const tenant = newId<TenantId>();
  const asking = Array.from({ length: callers }, async () => {
    while (!over) await callOnce(gateway, tenant, newId<UserId>());
  });
  await sleep(4_000);
  const begun = performance.now();
  const before = await tokensGiven();
  await sleep(seconds * 1_000);
  const given = (await tokensGiven()) - before;
  const elapsed = (performance.now() - begun) / 1_000;
  over = true;
  await Promise.all(asking);
  return given / elapsed;
}

interface Served {
  readonly answers: number;
  readonly waitsMs: readonly number[];
}

/** What each tenant gets: the first asks `times` as much as the others, or nothing. */
async function share(gateway: ModelGateway, seconds: number, times: number): Promise<readonly Served[]> {
  let counting = false;
  let over = false;
  const served = Array.from({ length: tenantsCount }, () => ({ answers: 0, waitsMs: [] as number[] }));
  const asking = served.flatMap((tenant, place) => {
    const tenantId = newId<TenantId>();
    return Array.from({ length: place === 0 ? callersEach * times : callersEach }, async () => {
      const user = newId<UserId>();
      while (!over) {
        const waitMs = await callOnce(gateway, tenantId, user);
        if (!counting) continue;
        tenant.answers += 1;
        tenant.waitsMs.push(waitMs);
      }
    });
  });
  await sleep(5_000);
  counting = true;
  await sleep(seconds * 1_000);
  counting = false;
  over = true;
  await Promise.all(asking);
  return served;
}

/** Jain, Chiu, Hawe: "A Quantitative Measure of Fairness", DEC TR-301, 1984: 1 where all get the same. */
function jainOf(shares: readonly number[]): number {
  const sum = shares.reduce((all, each) => all + each, 0);
  const squares = shares.reduce((all, each) => all + each * each, 0);
  return squares === 0 ? 0 : sum ** 2 / (shares.length * squares);
}

/** How long it takes to join a line of so many, and to learn one's place in it. */
function measureLine(): { readonly addMs: readonly number[]; readonly placeMs: readonly number[] } {
  const line = createFairLine<Waiting>();
  const tenants = Array.from({ length: 50 }, () => newId<TenantId>());
  const call = (n: number): Waiting => ({
    urgency: n % 5 === 0 ? "batch" : "interactive",
    tenantId: tenants[n % tenants.length] ?? newId<TenantId>(),
    userId: newId<UserId>(),
    cost: 400,
  });
  const calls = Array.from({ length: queued }, (_, n) => call(n));
  for (const each of calls) line.add(each);
  const timed = (work: () => void): number => {
    const begun = performance.now();
    work();
    return performance.now() - begun;
  };
  return {
    addMs: Array.from({ length: 500 }, (_, n) => timed(() => line.add(call(n)))),
    placeMs: calls.filter((_, n) => n % 20 === 0).map((each) => timed(() => line.placeOf(each))),
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
