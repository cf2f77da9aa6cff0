import { join } from "node:path";
import { withBareBolt } from "./bare-bolt.ts";
import type { BenchOptions, BenchOutcome, BenchSkipped } from "./bench.ts";
import { askerEmails, foundCompany, ingestDocuments } from "./bench-company.ts";
import { missingDocuments, readDemoDocuments } from "./demo-documents.ts";
import { deriveQuestions } from "./derive-questions.ts";
import { type LocalSlack, type ThreadCounts, withLocalSlack, type WrittenQuestion } from "./local-slack.ts";
import { latencyFigures, percentile, rounded } from "./percentiles.ts";
import { costOf, costOfDescendants } from "./process-cost.ts";
import { buildProduct, startProduct, withTemporaryFolder, type Product } from "./product-process.ts";
import { saveInstallations, slackSettings } from "./slack-company.ts";
import { type SlackRows, withSlackRows } from "./slack-rows.ts";
import { type Acknowledgement, createSender, type Sent, sendAll, type SlackSender } from "./slack-sender.ts";

/** Ours, whose row is committed, over a bare Bolt app that only acknowledges. */
const acknowledgedP99OverBareBar = 1.5;
const questionsCount = 200;
const defaultPerSecond = 200;
const defaultSeconds = 60;
const workspacesCount = 100;
/** Of each workspace; each person has direct messages with the bot and a channel. */
const peopleCount = 3;
const placesCount = workspacesCount * peopleCount * 2;
const warmUpPerSecond = 50;
/** As long as this without another answer, and what is unanswered stays so. */
const stuckMs = 20_000;
/** Events that are sent again when all is answered, twice at once. */
const lateRepeats = 100;
const seed = 20_260_101;

/**
 * Signed events of a local Slack, at a fixed rate in an open loop: how long until each is stored and acknowledged,
 * against a bare Bolt app under the same load, and what becomes of them.
 */
export async function benchSlack(options: BenchOptions): Promise<BenchOutcome | BenchSkipped> {
  const missing = missingDocuments(options.corpora);
  if (missing !== null) return { skipped: missing };
  const documents = await readDemoDocuments(options.corpora);
  const texts = deriveQuestions(documents, questionsCount, seed).map(({ text }) => text);
  const perSecond = options.perSecond ?? defaultPerSecond;
  const count = Math.round(perSecond * (options.seconds ?? defaultSeconds));
  await buildProduct();
  return await withTemporaryFolder((folder) =>
    withLocalSlack(
      { folder, workspaces: workspacesCount, emails: askerEmails.slice(0, peopleCount) },
      async (slack) => {
        const product = await startProduct({
          dataFolder: join(folder, "data"),
          settings: { DEMO_COMPANY: "false", ...slackSettings(slack) },
          nodeArguments: options.nodeArguments,
        });
        let stopped = false;
        const stop = async (): Promise<void> => {
          if (!stopped) await product.stop();
          stopped = true;
        };
        try {
          const company = await foundCompany(product, documents);
          const { ready, passages } = await ingestDocuments(company, documents);
          options.say(`${ready} documents with ${passages} passages are ready`);
          await saveInstallations(await product.databaseUrl(), company.tenantId, slack);
          const questionAt = (place: number): string => texts[place % texts.length]!;
          const warmUp = await slack.write(
            Array.from({ length: placesCount }, (_, place) => questionAt(place)),
          );
          const questions = await slack.write(Array.from({ length: count }, (_, place) => questionAt(place)));
          options.say(
            `${count} questions are written in ${placesCount} channels of ${workspacesCount} workspaces`,
          );
          const half = Math.floor(count / 2);
          const measureBare = (part: readonly WrittenQuestion[]): Promise<Bare> => {
            options.say(`a bare Bolt app, ${part.length} events`);
            return measureBareBolt(slack.app.signingSecret, warmUp, part, perSecond);
          };
          const before = await measureBare(questions.slice(0, half));
          const ours = await measureProduct(product, slack, { warmUp, questions, perSecond }, options.say);
          await stop();
          const after = await measureBare(questions.slice(half));
          return outcomeOf(ours, [before, after], count);
        } finally {
          await stop();
        }
      },
    ),
  );
}

interface Load {
  readonly warmUp: readonly WrittenQuestion[];
  readonly questions: readonly WrittenQuestion[];
  readonly perSecond: number;
}

interface Ours {
  readonly sent: Sent;
  readonly repeats: readonly Acknowledgement[];
  readonly cpuMs: { readonly product: number; readonly database: number; readonly slack: number };
  /** The same until the last answer was posted. */
  readonly wholeCpuMs: { readonly product: number; readonly database: number };
  readonly rowsAtEnd: SlackRows;
  readonly rows: SlackRows;
  /** The rows after events were sent again, when all had been answered. */
  readonly rowsRepeated: SlackRows;
  readonly lastAnswerMs: number;
  readonly answeredMs: readonly number[];
  readonly threads: ThreadCounts;
  readonly lateAcknowledged: boolean;
  readonly memoryMib: number;
}

const nothing = { cpuSeconds: Number.NaN, residentMib: Number.NaN };
const costs = async (product: number, slack: number) => ({
  product: (await costOf(product)) ?? nothing,
  database: (await costOfDescendants(product)) ?? nothing,
  slack: (await costOf(slack)) ?? nothing,
});

async function measureProduct(
  product: Product,
  slack: LocalSlack,
  { warmUp, questions, perSecond }: Load,
  say: BenchOptions["say"],
): Promise<Ours> {
  return await withSlackRows(await product.databaseUrl(), async (reader) => {
    const sender = createSender(`${product.url}/slack/events`, slack.app.signingSecret);
    say(`${warmUp.length} questions to warm up, one in each channel`);
    await (
      await sendAll(sender, warmUp, warmUpPerSecond)
    ).repeats;
    await reader.waitForPosted(warmUp.length, stuckMs);

    say(`${perSecond} events a second, ${questions.length} events`);
    const before = await costs(product.pid, slack.pid);
    const sent = await sendAll(sender, questions, perSecond);
    const end = performance.now();
    const after = await costs(product.pid, slack.pid);
    const rowsAtEnd = await reader.read();
    say(`${rowsAtEnd.received - rowsAtEnd.posted} answers are still to come`);
    const repeats = await sent.repeats;
    const rows = await reader.waitForPosted(warmUp.length + questions.length, stuckMs);
    const whole = await costs(product.pid, slack.pid);

    const lateAcknowledged = await repeatLate(sender, questions.slice(0, lateRepeats));
    const rowsRepeated = await reader.waitForPosted(rows.posted + 1, 2_000);
    const postedAt = await reader.postedAt();
    const threads = await slack.count();
    for (const refusal of threads.refusals) say(`Slack refused ${refusal}`);
    sender.close();
    const cpuMs = (name: keyof typeof after, from: typeof before, to: typeof before): number =>
      (to[name].cpuSeconds - from[name].cpuSeconds) * 1_000;
    return {
      sent,
      cpuMs: {
        product: cpuMs("product", before, after),
        database: cpuMs("database", before, after),
        slack: cpuMs("slack", before, after),
      },
      wholeCpuMs: {
        product: cpuMs("product", before, whole),
        database: cpuMs("database", before, whole),
      },
      rowsAtEnd,
      rows,
      rowsRepeated,
      repeats,
      lastAnswerMs: Math.max(...postedAt.values()) - (performance.timeOrigin + end),
      answeredMs: answerTimes(questions, sent, postedAt),
      threads,
      lateAcknowledged,
      memoryMib: whole.product.residentMib,
    };
  });
}

/** The same events again, each twice at the same moment, when all have been answered. */
async function repeatLate(sender: SlackSender, questions: readonly WrittenQuestion[]): Promise<boolean> {
  const again = await Promise.all(
    questions.flatMap((question) => [sender.send(question, 2), sender.send(question, 3)]),
  );
  return again.every(({ status }) => status === 200);
}

/** From the moment when an event was due until its answer was posted, for those that were answered, in milliseconds. */
function answerTimes(
  questions: readonly WrittenQuestion[],
  { arrivals }: Sent,
  postedAt: ReadonlyMap<string, number>,
): readonly number[] {
  return questions.flatMap(({ eventId }, place) => {
    const posted = postedAt.get(eventId);
    const arrival = arrivals[place];
    if (posted === undefined || !arrival) return [];
    return [posted - (performance.timeOrigin + arrival.scheduledAt)];
  });
}

interface Bare {
  readonly sent: Sent;
  readonly cpuMs: number;
}

const measureBareBolt = (
  signingSecret: string,
  warmUp: readonly WrittenQuestion[],
  questions: readonly WrittenQuestion[],
  perSecond: number,
): Promise<Bare> =>
  withBareBolt(signingSecret, async ({ pid, eventsUrl }) => {
    const sender = createSender(eventsUrl, signingSecret);
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

/** From the moment when each was due, for those that were acknowledged, in milliseconds. */
const acknowledgedMs = ({ arrivals }: Sent): number[] =>
  arrivals.flatMap(({ scheduledAt, outcome }) =>
    outcome.status === "fulfilled" && outcome.value.status === 200 ? [outcome.value.at - scheduledAt] : [],
  );

function outcomeOf(ours: Ours, bare: readonly Bare[], count: number): BenchOutcome {
  const { sent, threads, rows, rowsRepeated } = ours;
  const acknowledged = acknowledgedMs(sent);
  const bareAcknowledged = bare.flatMap((part) => acknowledgedMs(part.sent));
  const figures = latencyFigures("acknowledged", acknowledged);
  const bareFigures = latencyFigures("bareAcknowledged", bareAcknowledged);
  const perEvent = (milliseconds: number): number => rounded(milliseconds / count, 2);
  const bareCpu = perEvent(bare.reduce((sum, { cpuMs }) => sum + cpuMs, 0));
  const repeatsAcknowledged = ours.repeats.filter(({ status }) => status === 200).length;
  const ratio = (percent: number): number =>
    rounded(percentile(acknowledged, percent) / percentile(bareAcknowledged, percent), 2);
  const lateP99 = (arrivals: Sent["arrivals"]): number =>
    rounded(
      percentile(
        arrivals.map(({ scheduledAt, sentAt }) => sentAt - scheduledAt),
        99,
      ),
      2,
    );
  const all = count + placesCount;
  return {
    figures: {
      events: count,
      acknowledged: acknowledged.length,
      repeats: ours.repeats.length,
      repeatsAcknowledged,
      ...figures,
      ...bareFigures,
      generatorLateP99Ms: lateP99(sent.arrivals),
      bareGeneratorLateP99Ms: lateP99(bare.flatMap((part) => part.sent.arrivals)),
      answered: ours.answeredMs.length,
      answeredP50Ms: ours.answeredMs.length === 0 ? Number.NaN : rounded(percentile(ours.answeredMs, 50), 0),
      answeredP95Ms: ours.answeredMs.length === 0 ? Number.NaN : rounded(percentile(ours.answeredMs, 95), 0),
      waitingAtEnd: ours.rowsAtEnd.received - ours.rowsAtEnd.posted,
      lastAnswerAfterEndMs: rounded(ours.lastAnswerMs, 0),
      productCpuMsPerEvent: perEvent(ours.cpuMs.product),
      databaseCpuMsPerEvent: perEvent(ours.cpuMs.database),
      localSlackCpuMsPerEvent: perEvent(ours.cpuMs.slack),
      productCpuMsPerAnswer: perEvent(ours.wholeCpuMs.product),
      databaseCpuMsPerAnswer: perEvent(ours.wholeCpuMs.database),
      bareCpuMsPerEvent: bareCpu,
      productMemoryMib: rounded(ours.memoryMib, 0),
      rowsReceived: rows.received,
      rowsPosted: rows.posted,
      rowsNotPosted: rows.notPosted,
      rowsTriedAgain: rows.retried,
      threadsAnsweredOnce: threads.answeredOnce,
      threadsUnanswered: threads.unanswered,
      threadsAnsweredMore: threads.answeredMore,
      callsRefusedBySlack: threads.refusedCalls,
    },
    ratios: {
      acknowledgedP50OverBare: ratio(50),
      acknowledgedP95OverBare: ratio(95),
      acknowledgedP99OverBare: ratio(99),
      productCpuPerEventOverBare: rounded(perEvent(ours.cpuMs.product) / bareCpu),
    },
    held: {
      "every event acknowledged":
        acknowledged.length === count && repeatsAcknowledged === ours.repeats.length,
      [`p99 of the durable acknowledgement within ${acknowledgedP99OverBareBar} times a bare Bolt app's`]:
        ratio(99) <= acknowledgedP99OverBareBar,
      "every event answered exactly once":
        threads.answeredOnce === all && rows.posted === all && rows.notPosted === 0,
      "events that came again changed nothing":
        ours.lateAcknowledged &&
        rows.received === all &&
        rowsRepeated.received === rows.received &&
        rowsRepeated.posted === rows.posted,
    },
  };
}
