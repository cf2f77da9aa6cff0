import { setTimeout as sleep } from "node:timers/promises";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { newId, type TenantId, type UserId } from "../../core/ids.ts";
import { median, percentile } from "./percentiles.ts";

/** Answers of different lengths, always in the same order: where all are alike, all of a batch end at once. */
const answerTokens = { least: 20, most: 60, step: 17 };
const prompt = "How is the feed pump primed? ".repeat(40);
/** Callers that ask again as soon as they are answered: more than the batch holds. */
export const callers = 48;
export const idleCalls = 200;
const idleTokens = 2;
const warmUpCalls = 10;
export const tenantsCount = 10;
const callersEach = 6;
export const greedier = 20;
/** From 4 at once, doubled in each round, to more than the batch holds. */
const warmUpMs = 5_000;

let asked = 0;
function nextLength(): number {
  asked += 1;
  const { least, most, step } = answerTokens;
  return least + ((asked * step) % (most - least + 1));
}

let tokensArrived = 0;
/** Tokens of all answers that have ended: what a server that tells no more has given. */
export const arrived = (): number => tokensArrived;

/** One call to its end; tells when its first token came, in milliseconds from when it was asked for. */
async function callOnce(
  gateway: ModelGateway,
  tenantId: TenantId,
  userId: UserId | null,
  maxTokens = nextLength(),
): Promise<number> {
  const begun = performance.now();
  let first: number | null = null;
  for await (const event of gateway.generate({
    messages: [{ role: "user", content: prompt }],
    maxTokens,
    temperature: 0,
    call: { tenantId, userId, departmentId: null, urgency: "interactive" },
  }))
    if (event.kind === "done") tokensArrived += event.completionTokens ?? 0;
    else first ??= performance.now() - begun;
  return first ?? performance.now() - begun;
}

export interface FirstToken {
  readonly p50: number;
  readonly p99: number;
}

/** When the first token comes of calls one after the other, each way in turn, so that what the machine does besides meets all. */
export async function measureIdle(ways: readonly ModelGateway[]): Promise<readonly FirstToken[]> {
  const tenant = newId<TenantId>();
  const times = ways.map((): number[] => []);
  for (let call = -warmUpCalls; call < idleCalls; call += 1)
    for (const [way, gateway] of ways.entries()) {
      const first = await callOnce(gateway, tenant, null, idleTokens);
      if (call >= 0) times[way]?.push(first);
    }
  return times.map((all) => ({ p50: median(all), p99: percentile(all, 99) }));
}

/** Tokens in a second that the server gives, once it is warm. */
export async function saturate(
  tokensGiven: () => Promise<number>,
  gateway: ModelGateway,
  seconds: number,
): Promise<number> {
  let over = false;
  const tenant = newId<TenantId>();
  const asking = Array.from({ length: callers }, async () => {
    while (!over) await callOnce(gateway, tenant, newId<UserId>());
  });
  await sleep(warmUpMs);
  const begun = performance.now();
  const before = await tokensGiven();
  await sleep(seconds * 1_000);
  const given = (await tokensGiven()) - before;
  const elapsed = (performance.now() - begun) / 1_000;
  over = true;
  await Promise.all(asking);
  return given / elapsed;
}

export interface Served {
  readonly answers: number;
  readonly waitsMs: readonly number[];
}

/** What each tenant gets: the first asks `times` as much as the others, or nothing. */
export async function share(
  gateway: ModelGateway,
  seconds: number,
  times: number,
): Promise<readonly Served[]> {
  let counting = false;
  let over = false;
  const served = Array.from({ length: tenantsCount }, () => ({ answers: 0, waitsMs: [] as number[] }));
  const asking = served.flatMap((tenant, place) => {
    const tenantId = newId<TenantId>();
    return Array.from({ length: place === 0 ? callersEach * times : callersEach }, async () => {
      const user = newId<UserId>();
      while (!over) {
        // All had asked at the same moment: how long those waited is left out.
        const counts = counting;
        const waitMs = await callOnce(gateway, tenantId, user);
        if (counts) tenant.waitsMs.push(waitMs);
        if (counting) tenant.answers += 1;
      }
    });
  });
  await sleep(warmUpMs);
  counting = true;
  await sleep(seconds * 1_000);
  counting = false;
  over = true;
  await Promise.all(asking);
  return served;
}

/** Jain, Chiu, Hawe: "A Quantitative Measure of Fairness", DEC TR-301, 1984: 1 where all get the same. */
export function jainOf(shares: readonly number[]): number {
  const sum = shares.reduce((all, each) => all + each, 0);
  const squares = shares.reduce((all, each) => all + each * each, 0);
  return squares === 0 ? 0 : sum ** 2 / (shares.length * squares);
}
