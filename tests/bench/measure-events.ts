import type { BenchOptions } from "./bench.ts";
import { type ChannelRows, type PostedAnswer, withChannelRows } from "./channel-rows.ts";
import type { AnswerCounts, EventBench, EventPlatform } from "./event-platform.ts";
import { type Acknowledgement, repeatLate, type Sent, sendAll, type WrittenEvent } from "./event-sender.ts";
import { costOf, costOfDescendants } from "./process-cost.ts";
import type { Product } from "./product-process.ts";

const warmUpPerSecond = 50;
/** As long as this without another answer, and what is unanswered stays so. */
const stuckMs = 20_000;
/** Events that are sent again when all is answered, twice at once. */
const lateRepeats = 100;
const repeatsSettleMs = 2_000;

export interface EventLoad<Event extends WrittenEvent> {
  /** One in each place. */
  readonly warmUp: readonly Event[];
  readonly questions: readonly Event[];
  readonly perSecond: number;
}

/** What became of a load that the product was given. */
export interface MeasuredProduct {
  readonly sent: Sent;
  readonly repeats: readonly Acknowledgement[];
  readonly cpuMs: { readonly product: number; readonly database: number; readonly platform: number };
  /** The same until the last answer was posted. */
  readonly wholeCpuMs: { readonly product: number; readonly database: number };
  readonly rowsAtEnd: ChannelRows;
  readonly rows: ChannelRows;
  /** The rows after events were sent again, when all had been answered. */
  readonly rowsRepeated: ChannelRows;
  readonly lastAnswerMs: number;
  readonly answeredMs: readonly number[];
  readonly answers: AnswerCounts;
  readonly lateAcknowledged: boolean;
  readonly memoryMib: number;
}

const nothing = { cpuSeconds: Number.NaN, residentMib: Number.NaN };
const costs = async (product: number, platform: number) => ({
  product: (await costOf(product)) ?? nothing,
  database: (await costOfDescendants(product)) ?? nothing,
  platform: (await costOf(platform)) ?? nothing,
});

export async function measureProduct<Event extends WrittenEvent>(
  { channel, names }: EventBench<Event>,
  product: Product,
  platform: EventPlatform<Event>,
  { warmUp, questions, perSecond }: EventLoad<Event>,
  say: BenchOptions["say"],
): Promise<MeasuredProduct> {
  const databaseUrl = await product.databaseUrl();
  return await withChannelRows({ databaseUrl, channel }, async (reader) => {
    const sender = platform.sender(`${product.url}${platform.eventsPath}`);
    say(`${warmUp.length} questions to warm up, one in each place`);
    await (
      await sendAll(sender, warmUp, warmUpPerSecond)
    ).repeats;
    await reader.waitForPosted(warmUp.length, stuckMs);

    say(`${perSecond} events a second, ${questions.length} events`);
    const before = await costs(product.pid, platform.pid);
    const sent = await sendAll(sender, questions, perSecond);
    const end = performance.now();
    const after = await costs(product.pid, platform.pid);
    const rowsAtEnd = await reader.read();
    say(`${rowsAtEnd.received - rowsAtEnd.posted} answers are still to come`);
    const repeats = await sent.repeats;
    const rows = await reader.waitForPosted(warmUp.length + questions.length, stuckMs);
    const whole = await costs(product.pid, platform.pid);

    const lateAcknowledged = await repeatLate(sender, questions.slice(0, lateRepeats));
    const rowsRepeated = await reader.waitForPosted(rows.posted + 1, repeatsSettleMs);
    const posted = await reader.answers();
    const answers = await platform.count([...warmUp, ...questions], posted);
    for (const refusal of answers.refusals) say(`${names.platform} refused ${refusal}`);
    sender.close();
    const cpuMs = (name: keyof typeof after, from: typeof before, to: typeof before): number =>
      (to[name].cpuSeconds - from[name].cpuSeconds) * 1_000;
    const lastPostedAt = posted.reduce((last, { postedAt }) => Math.max(last, postedAt), -Infinity);
    return {
      sent,
      cpuMs: {
        product: cpuMs("product", before, after),
        database: cpuMs("database", before, after),
        platform: cpuMs("platform", before, after),
      },
      wholeCpuMs: {
        product: cpuMs("product", before, whole),
        database: cpuMs("database", before, whole),
      },
      rowsAtEnd,
      rows,
      rowsRepeated,
      repeats,
      lastAnswerMs: lastPostedAt - (performance.timeOrigin + end),
      answeredMs: answerTimes(questions, sent, posted),
      answers,
      lateAcknowledged,
      memoryMib: whole.product.residentMib,
    };
  });
}

/** From the moment when an event was due until its answer was posted, for those that were answered, in milliseconds. */
function answerTimes(
  questions: readonly WrittenEvent[],
  { arrivals }: Sent,
  posted: readonly PostedAnswer[],
): readonly number[] {
  const postedAt = new Map(posted.map((answer) => [answer.eventId, answer.postedAt]));
  return questions.flatMap(({ eventId }, place) => {
    const at = postedAt.get(eventId);
    const arrival = arrivals[place];
    if (at === undefined || !arrival) return [];
    return [at - (performance.timeOrigin + arrival.scheduledAt)];
  });
}

export interface MeasuredBareApp {
  readonly sent: Sent;
  readonly cpuMs: number;
}

export const measureBareApp = <Event extends WrittenEvent>(
  platform: EventPlatform<Event>,
  { warmUp, questions, perSecond }: EventLoad<Event>,
): Promise<MeasuredBareApp> =>
  platform.withBareApp(async ({ pid, eventsUrl }) => {
    const sender = platform.sender(eventsUrl);
    await (
      await sendAll(sender, warmUp, perSecond)
    ).repeats;
    const before = (await costOf(pid)) ?? nothing;
    const sent = await sendAll(sender, questions, perSecond);
    const after = (await costOf(pid)) ?? nothing;
    await sent.repeats;
    sender.close();
    return { sent, cpuMs: (after.cpuSeconds - before.cpuSeconds) * 1_000 };
  });
