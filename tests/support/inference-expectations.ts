import { expect } from "@jest/globals";
import { type AskedPumps, askPumps, type EndedPump } from "./asked-pumps.ts";
import {
  lineLeft,
  type LineLeft,
  servingWorkers,
  type TurnAccounts,
  turnAccounts,
  usageAccounts,
} from "./inference-accounts.ts";
import type { InferenceStack } from "./inference-stack.ts";
import { spokenTokens } from "./pump-manual.ts";
import { until } from "./sample-work.ts";
import type { StopAt } from "./speaking-model.ts";
import { amplyMs } from "./time-limits.ts";

/** Answers being given, those before their first word at the server, and calls that wait in line. */
interface UnderWay {
  readonly speaking: number;
  readonly silent: number;
  readonly waiting: number;
}

/**
 * Asks so many questions at once and says how much is under way once that is so much: a fault while nothing happens shows
 * nothing. The model stands still then, until it is told to go on.
 */
export async function askUntilUnderWay(
  stack: InferenceStack,
  count: number,
  { waiting: leastWaiting, ...stopAt }: Partial<StopAt> & Pick<UnderWay, "waiting">,
): Promise<{ readonly asked: AskedPumps; readonly found: UnderWay }> {
  await stack.model.stopAt(stopAt);
  const asked = await askPumps(stack, count);
  let waiting = 0;
  try {
    await stack.model.stopped();
    await until(
      "enough waits in line",
      async () => {
        ({ waiting } = await lineLeft(stack.redis.url));
        return waiting >= leastWaiting;
      },
      amplyMs,
    );
  } catch (cause) {
    const found = { ...stack.model.now, waiting };
    throw new Error(`It never was under way: ${JSON.stringify(found)}\n${stack.log().slice(-4_000)}`, {
      cause,
    });
  }
  return { asked, found: { ...stack.model.now, waiting } };
}

/** Waits until so many inference workers serve again. */
const served = (stack: InferenceStack, workers: number): Promise<void> =>
  until(
    `${String(workers)} inference workers serve again`,
    async () => (await servingWorkers(stack.redis.url).catch(() => 0)) >= workers,
    60_000,
  );

/** Asks a few questions more, and expects that the model answers each of them. */
export async function expectAnswersAgain(
  stack: InferenceStack,
  workers: number,
): Promise<readonly EndedPump[]> {
  await served(stack, workers);
  const ended = await (await askPumps(stack, 6)).ended();
  const { tally } = await expectHonestEnds(stack, ended);
  expect({ afterwards: tally }).toEqual({ afterwards: { whole: 6 } });
  return ended;
}

/** Each question was recorded once, and those that were shown whole with the tokens that the server has counted. */
export async function expectUsage(stack: InferenceStack, ended: readonly EndedPump[]): Promise<void> {
  const whole = ended.filter(({ outcome }) => outcome === "whole");
  const recorded = () => usageAccounts(stack.postgres.database.ownerUrl);
  // Written every few seconds.
  await until("what was used is written", async () => (await recorded()).requests >= ended.length, 45_000);
  expect({ recorded: await recorded() }).toEqual({
    recorded: {
      requests: ended.length,
      countedTokens: whole.reduce((sum, { pump }) => sum + spokenTokens(pump), 0),
    },
  });
  const unheard = whole.filter(({ given }) => given === 0);
  expect({ shownButNeverGiven: unheard.map(({ pump }) => pump) }).toEqual({ shownButNeverGiven: [] });
}

export interface HonestEnds {
  /** How many ended in which way. */
  readonly tally: Readonly<Record<string, number>>;
  /** Answers that the server gave to their end more than once. */
  readonly givenTwice: number;
  /** Answers that say that they broke off, in whatever they show. */
  readonly cutOff: number;
}

/** Each question has ended once, with the truth; nothing of it is left in line. */
export async function expectHonestEnds(
  stack: InferenceStack,
  ended: readonly EndedPump[],
): Promise<HonestEnds> {
  const untrue = ended.filter(({ outcome }) => outcome.startsWith("untrue"));
  const why = `\n${untrue.length > 0 ? stack.log().slice(-6_000) : ""}`;
  expect({ untrue: untrue.map(({ pump, outcome }) => `${pump}: ${outcome}`), why }).toEqual({
    untrue: [],
    why,
  });
  const notOneEnd = ended.filter(({ watched }) => watched.ends.length !== 1);
  expect({ notOneEnd: notOneEnd.map(({ pump, watched }) => [pump, watched.ends]) }).toEqual({
    notOneEnd: [],
  });
  const ids = ended.map(({ turnId }) => turnId);
  let rows: TurnAccounts | undefined;
  const accounts = async () => (rows = await turnAccounts(stack.postgres.database.ownerUrl, ids));
  // The message is posted right after the end; where that was amid a fault, by the next who looks.
  await until("all is posted", async () => (await accounts()).notPosted === 0).catch(() => undefined);
  expect(rows).toEqual({ states: { answered: ended.length }, notOnce: 0, notPosted: 0 });
  let left: LineLeft | undefined;
  // A worker whose call was stopped may need a round to find that out.
  await until("nothing is left in line", async () => {
    left = await lineLeft(stack.redis.url);
    return left.jobs + left.held + left.waiting === 0;
  }).catch(() => undefined);
  expect({ left }).toEqual({ left: { waiting: 0, held: 0, jobs: 0, forever: [] } });
  const tally: Record<string, number> = {};
  for (const { outcome } of ended) tally[outcome] = (tally[outcome] ?? 0) + 1;
  return {
    tally,
    givenTwice: ended.filter(({ given }) => given > 1).length,
    cutOff: (tally["cut off"] ?? 0) + (tally["cut off, quoted"] ?? 0),
  };
}
