import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { hasRedis } from "../support/redis.ts";
import type { BenchOptions, BenchOutcome, BenchServer } from "./bench.ts";
import { type FixtureProcess, withFixture } from "./fixture-process.ts";
import { type LineTimes, measureOwnLine, measureRedisLine, queued } from "./inference-lines.ts";
import {
  arrived,
  callers,
  type FirstToken,
  greedier,
  idleCalls,
  jainOf,
  measureIdle,
  saturate,
  share,
  type Served,
  tenantsCount,
} from "./inference-loads.ts";
import { type BetweenProcesses, directWay, withInferenceWorker, withOneProcess } from "./inference-ways.ts";
import { measureGpu } from "./measure-gpu.ts";
import { latencyFigures, percentile, rounded } from "./percentiles.ts";

const defaultSeconds = 12;
/** Of the simulated server: its batch of 24, and a third more, so that the batch is full while a place is taken again. */
const mostInFlight = 32;

const bars = { throughput: 0.97, addedP50Ms: 15, addedP99Ms: 40, jain: 0.98, waits: 1.3, lineMs: 10 };

/**
 * Calls of a simulated GPU server beside the same calls made directly: through the router and the fair line of one process, and between
 * processes, through Redis and an inference worker. Tokens in a second at saturation, what is added to the first token when idle, what a
 * greedy tenant takes from the others, and what a long line costs.
 */
export async function benchInference(options: BenchOptions): Promise<BenchOutcome> {
  const { server } = options;
  if (!server)
    return await withFixture("./gpu-server.fixture.ts", async (fixture) => {
      const { url } = await stateOf(fixture);
      const model = { url, model: "simulated", apiKey: null, mostInFlight };
      return await measureWays(options, model, async () => (await stateOf(fixture)).tokens);
    });
  options.say(`${server.model} at ${server.url}: tokens are counted as answers end, not at the server`);
  const { figures, ...outcome } = await measureWays(options, server, () => Promise.resolve(arrived()));
  const gpu = await measureGpu(directWay(server), options.say);
  return { ...outcome, figures: { ...figures, ...gpu } };
}

const stateOf = (fixture: FixtureProcess): Promise<{ url: string; tokens: number }> =>
  fixture.ask({ kind: "state" });

async function measureWays(
  options: BenchOptions,
  server: BenchServer,
  tokensGiven: () => Promise<number>,
): Promise<BenchOutcome> {
  const measureAll = (between: BetweenProcesses | null): Promise<BenchOutcome> =>
    withOneProcess(server, (own) => measure(options, directWay(server), own, between, tokensGiven));
  if (hasRedis()) return await withInferenceWorker(server, options.nodeArguments, measureAll);
  options.say("there is no redis-server on this machine: calls between processes are not measured");
  return await measureAll(null);
}

/** A way of ours: its name in figures and in words. */
interface Way {
  readonly name: string;
  readonly words: string;
  readonly gateway: ModelGateway;
  readonly measureLine: () => Promise<LineTimes>;
}

async function measure(
  options: BenchOptions,
  direct: ModelGateway,
  own: ModelGateway,
  between: BetweenProcesses | null,
  tokensGiven: () => Promise<number>,
): Promise<BenchOutcome> {
  const seconds = options.seconds ?? defaultSeconds;
  const say = (line: string): void => options.say(line);
  const ways: Way[] = [
    { name: "own", words: "in one process", gateway: own, measureLine: measureOwnLine },
    ...(between
      ? [
          {
            name: "between",
            words: "between processes",
            gateway: between.gateway,
            measureLine: () => measureRedisLine(between.redisUrl),
          },
        ]
      : []),
  ];

  say(`${idleCalls} calls each, one after the other, directly and each way`);
  const [directly, ...idle] = await measureIdle([direct, ...ways.map(({ gateway }) => gateway)]);

  say(`${callers} callers for ${seconds} s, directly`);
  const before = await saturate(tokensGiven, direct, seconds);
  const given: number[] = [];
  for (const { words, gateway } of ways) {
    say(`${callers} callers for ${seconds} s, ${words}`);
    given.push(await saturate(tokensGiven, gateway, seconds));
  }
  say(`${callers} callers for ${seconds} s, directly again`);
  const most = Math.max(before, await saturate(tokensGiven, direct, seconds));

  const outcomes: BenchOutcome[] = [];
  for (const [at, way] of ways.entries()) {
    say(`${tenantsCount - 1} tenants for ${seconds} s, ${way.words}`);
    const calm = await share(way.gateway, seconds, 0);
    say(`the same with one more that asks ${greedier} times as much, ${way.words}`);
    const crowded = await share(way.gateway, seconds, greedier);
    say(`a line of ${queued}, ${way.words}`);
    const line = await way.measureLine();
    outcomes.push(
      outcomeOf(way, {
        direct: directly ?? notMeasured,
        idle: idle[at] ?? notMeasured,
        most,
        given: given[at] ?? Number.NaN,
        calm,
        crowded,
        line,
      }),
    );
  }
  return {
    figures: {
      directTokensPerSecond: rounded(most),
      directFirstTokenP50Ms: rounded(directly?.p50 ?? Number.NaN, 2),
      directFirstTokenP99Ms: rounded(directly?.p99 ?? Number.NaN, 2),
      ...Object.assign({}, ...outcomes.map(({ figures }) => figures)),
    },
    ratios: Object.assign({}, ...outcomes.map(({ ratios }) => ratios)),
    held: Object.assign({}, ...outcomes.map(({ held }) => held)),
  };
}

const notMeasured: FirstToken = { p50: Number.NaN, p99: Number.NaN };

interface Measured {
  readonly direct: FirstToken;
  readonly idle: FirstToken;
  readonly most: number;
  readonly given: number;
  readonly calm: readonly Served[];
  readonly crowded: readonly Served[];
  readonly line: LineTimes;
}

function outcomeOf(
  { name, words }: Way,
  { direct, idle, most, given, calm, crowded, line }: Measured,
): BenchOutcome {
  const others = crowded.slice(1);
  const waitsOf = (served: readonly Served[]): number[] => served.flatMap(({ waitsMs }) => waitsMs);
  const alone = waitsOf(calm.slice(1));
  const beside = waitsOf(others);
  const waits = percentile(beside, 95) / percentile(alone, 95);
  const jain = jainOf(others.map(({ answers }) => answers));
  const added = { p50: idle.p50 - direct.p50, p99: idle.p99 - direct.p99 };
  const answers = crowded.reduce((sum, tenant) => sum + tenant.answers, 0);
  return {
    figures: {
      [`${name}TokensPerSecond`]: rounded(given),
      [`${name}AddedFirstTokenP50Ms`]: rounded(added.p50, 2),
      [`${name}AddedFirstTokenP99Ms`]: rounded(added.p99, 2),
      [`${name}JainOfOthers`]: rounded(jain, 4),
      [`${name}GreedyTenantShare`]: rounded((crowded[0]?.answers ?? 0) / answers, 3),
      ...latencyFigures(`${name}OthersWaitAlone`, alone),
      ...latencyFigures(`${name}OthersWaitCrowded`, beside),
      ...lineFigures(`${name}Enqueue`, line.addMs),
      ...lineFigures(`${name}Place`, line.placeMs),
    },
    ratios: {
      [`${name}Throughput`]: rounded(given / most, 3),
      [`${name}FirstTokenP50`]: rounded(idle.p50 / direct.p50, 2),
      [`${name}OthersP95Wait`]: rounded(waits, 2),
    },
    held: {
      [`${words}: at least ${bars.throughput * 100} % of the direct throughput`]:
        given / most >= bars.throughput,
      [`${words}: first token at most ${bars.addedP50Ms} ms later at the median, ${bars.addedP99Ms} ms at p99`]:
        added.p50 <= bars.addedP50Ms && added.p99 <= bars.addedP99Ms,
      [`${words}: Jain's index of the others at least ${bars.jain}`]: jain >= bars.jain,
      [`${words}: the others' p95 wait within ${bars.waits} times`]: waits <= bars.waits,
      [`${words}: enqueue and place under ${bars.lineMs} ms with ${queued} queued`]:
        percentile([...line.addMs, ...line.placeMs], 99) < bars.lineMs,
    },
  };
}

const lineFigures = (name: string, milliseconds: readonly number[]): Record<string, number> => ({
  [`${name}P50Ms`]: rounded(percentile(milliseconds, 50), 4),
  [`${name}P99Ms`]: rounded(percentile(milliseconds, 99), 4),
});
