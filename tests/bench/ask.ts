import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type Answered, ask } from "./api-client.ts";
import { type BareServer, withBareServer } from "./bare-server.ts";
import type { BenchOptions, BenchOutcome, BenchSkipped } from "./bench.ts";
import { type BenchCompany, foundCompany, ingestDocuments } from "./bench-company.ts";
import { missingDocuments, readDemoDocuments } from "./demo-documents.ts";
import { type DerivedQuestion, deriveQuestions } from "./derive-questions.ts";
import { type Arrival, type OpenLoop, openLoop } from "./load-generator.ts";
import { latencyFigures, percentile, rounded } from "./percentiles.ts";
import { costOf, costOfDescendants } from "./process-cost.ts";
import { buildProduct, startProduct, withTemporaryFolder, type Product } from "./product-process.ts";
import { countTurns } from "./turn-counts.ts";

const bars = { oneByOneP50Ms: 25, oneByOneP95Ms: 60, loadP95Ms: 150 } as const;
const questionsCount = 200;
const warmUpCount = 50;
const defaultPerSecond = 100;
const defaultSeconds = 60;
/** Every seventh question of the load goes on in a conversation. */
const followUpEvery = 7;
const seed = 20_260_101;

/** Questions over HTTP, one at a time and then 100 a second in an open loop, against a bare server under the same load. */
export async function benchAsk(options: BenchOptions): Promise<BenchOutcome | BenchSkipped> {
  const missing = missingDocuments(options.corpora);
  if (missing !== null) return { skipped: missing };
  const documents = await readDemoDocuments(options.corpora);
  const questions = deriveQuestions(documents, questionsCount, seed);
  const load = {
    perSecond: options.perSecond ?? defaultPerSecond,
    seconds: options.seconds ?? defaultSeconds,
  };
  await buildProduct();
  const ours = await withTemporaryFolder(async (folder) => {
    const product = await startProduct({
      dataFolder: join(folder, "data"),
      settings: { DEMO_COMPANY: "false" },
      nodeArguments: options.nodeArguments,
    });
    try {
      const company = await foundCompany(product, documents);
      const { ready, passages } = await ingestDocuments(company, documents);
      options.say(`${ready} documents with ${passages} passages are ready`);
      return await measureProduct(product, company, questions, load, options.say);
    } finally {
      await product.stop();
    }
  });
  options.say("the same load on the bare server");
  const bare = await withBareServer((server) => measureBare(server, questions, load));
  const ratio = (name: string, baseline: string): number =>
    rounded((ours.figures[name] ?? Number.NaN) / (bare[baseline] ?? Number.NaN));
  return {
    figures: { ...ours.figures, ...bare },
    ratios: {
      oneByOneReplyP50OverBare: ratio("oneByOneReplyP50Ms", "bareOneByOneP50Ms"),
      loadAcceptedP50OverBare: ratio("loadAcceptedP50Ms", "bareLoadP50Ms"),
      loadReplyP50OverBare: ratio("loadReplyP50Ms", "bareLoadP50Ms"),
      loadReplyP95OverBare: ratio("loadReplyP95Ms", "bareLoadP95Ms"),
      serverCpuOverBare: ratio("serverCpuMsPerQuestion", "bareServerCpuMsPerQuestion"),
    },
    held: ours.held,
  };
}

type Rate = Pick<OpenLoop, "perSecond" | "seconds">;
type Measured = Pick<BenchOutcome, "figures" | "held">;

async function measureProduct(
  product: Product,
  { askers, departments }: BenchCompany,
  questions: readonly DerivedQuestion[],
  rate: Rate,
  say: BenchOptions["say"],
): Promise<Measured> {
  const send = (place: number, earlier?: Answered): Promise<Answered> => {
    const { text, followUp, departmentSlug } = questions[place % questions.length]!;
    // A conversation is its asker's own: a follow-up comes from the same person.
    return ask(askers[(place % questions.length) % askers.length]!, {
      question: earlier ? followUp : text,
      departmentId: departmentSlug === null ? null : (departments.get(departmentSlug) ?? null),
      eventId: randomUUID(),
      ...(earlier ? { conversationId: earlier.conversationId } : {}),
    });
  };

  const first = await timed(() => send(0));
  const warm: Timed[] = [first];
  while (warm.length < warmUpCount) warm.push(await timed(() => send(warm.length)));

  say(`${questions.length} questions and a follow-up to every third, one at a time`);
  const single: Timed[] = [];
  const openings: Answered[] = [];
  for (let place = 0; place < questions.length; place += 1) {
    const opening = await timed(() => send(place));
    single.push(opening);
    openings.push(opening.answered);
    if (place % 3 === 0) single.push(await timed(() => send(place, opening.answered)));
  }

  say(`${rate.perSecond} questions a second for ${rate.seconds} s`);
  const before = await costs(product.pid);
  const begin = performance.now();
  const arrivals = await openLoop(rate, (index) =>
    send(index, index % followUpEvery === 0 ? openings[index % openings.length] : undefined),
  );
  const loadSeconds = (performance.now() - begin) / 1_000;
  const after = await costs(product.pid);
  const load = arrivals.flatMap(({ scheduledAt, outcome }) =>
    outcome.status === "fulfilled" ? [{ askedAt: scheduledAt, answered: outcome.value }] : [],
  );
  sayFailures(arrivals, say);

  const all = [...warm, ...single, ...load];
  const asked = warm.length + single.length + arrivals.length;
  const rows = await countTurns(await product.databaseUrl());
  const once = answeredOnce(all, asked, rows);
  const oneByOne = latencyFigures("oneByOneReply", single.map(replyMs));
  const loaded = latencyFigures("loadReply", load.map(replyMs));
  const perQuestion = (secondsUsed: number): number => rounded((secondsUsed * 1_000) / arrivals.length, 2);
  return {
    figures: {
      firstReplyMs: rounded(replyMs(first)),
      oneByOneQuestions: single.length,
      ...latencyFigures("oneByOneAccepted", single.map(acceptedMs)),
      ...oneByOne,
      loadQuestions: arrivals.length,
      loadPerSecond: rounded(arrivals.length / loadSeconds),
      loadFailures: arrivals.length - load.length,
      ...latencyFigures("loadAccepted", load.map(acceptedMs)),
      ...loaded,
      generatorLateP99Ms: lateP99(arrivals),
      serverCpuMsPerQuestion: perQuestion(after.server.cpuSeconds - before.server.cpuSeconds),
      databaseCpuMsPerQuestion: perQuestion(after.database.cpuSeconds - before.database.cpuSeconds),
      serverMemoryMib: rounded(after.server.residentMib, 0),
      databaseMemoryMib: rounded(after.database.residentMib, 0),
      repliesThatQuote: all.filter(({ answered }) => answered.kind === "answer").length,
      repliesThatFoundNothing: all.filter(({ answered }) => answered.kind === "not_found").length,
      asked,
      rowsInbox: rows.inbox,
      rowsTurns: rows.turns,
      rowsOutbox: rows.outbox,
      ...Object.fromEntries(
        Object.entries(rows.turnsByState).map(([state, count]) => [`rowsTurns_${state}`, count]),
      ),
    },
    held: {
      [`one at a time, p50 within ${bars.oneByOneP50Ms} ms`]:
        oneByOne["oneByOneReplyP50Ms"]! <= bars.oneByOneP50Ms,
      [`one at a time, p95 within ${bars.oneByOneP95Ms} ms`]:
        oneByOne["oneByOneReplyP95Ms"]! <= bars.oneByOneP95Ms,
      [`${rate.perSecond} a second, p95 within ${bars.loadP95Ms} ms`]:
        load.length === arrivals.length && loaded["loadReplyP95Ms"]! <= bars.loadP95Ms,
      "every question answered exactly once": once,
    },
  };
}

interface Timed {
  /** When it was sent, or was due in an open loop. */
  readonly askedAt: number;
  readonly answered: Answered;
}

async function timed(send: () => Promise<Answered>): Promise<Timed> {
  const askedAt = performance.now();
  return { askedAt, answered: await send() };
}

const acceptedMs = ({ askedAt, answered }: Timed): number => answered.acceptedAt - askedAt;
const replyMs = ({ askedAt, answered }: Timed): number => answered.repliedAt - askedAt;

const lateP99 = (arrivals: readonly Arrival<unknown>[]): number =>
  rounded(
    percentile(
      arrivals.map(({ scheduledAt, sentAt }) => sentAt - scheduledAt),
      99,
    ),
    2,
  );

/** One reply of its own turn on each stream, no turn twice, and as many finished turns and posted messages in the rows. */
function answeredOnce(
  all: readonly Timed[],
  asked: number,
  rows: Awaited<ReturnType<typeof countTurns>>,
): boolean {
  const turns = new Set(all.map(({ answered }) => answered.turnId));
  const { answered = 0, not_found: notFound = 0 } = rows.turnsByState;
  return (
    all.every(({ answered: { turnId, replies } }) => replies.length === 1 && replies[0] === turnId) &&
    [all.length, turns.size, rows.inbox, rows.turns, rows.outbox, answered + notFound].every(
      (count) => count === asked,
    ) &&
    rows.answeredTwice === 0 &&
    rows.notPosted === 0
  );
}

function sayFailures(arrivals: readonly Arrival<unknown>[], say: BenchOptions["say"]): void {
  const failures = arrivals.flatMap(({ outcome }) => (outcome.status === "rejected" ? [outcome] : []));
  for (const { reason } of failures.slice(0, 5)) say(`not answered: ${String(reason)}`);
}

const nothing = { cpuSeconds: Number.NaN, residentMib: Number.NaN };
const costs = async (pid: number) => ({
  server: (await costOf(pid)) ?? nothing,
  database: (await costOfDescendants(pid)) ?? nothing,
});

async function measureBare(
  server: BareServer,
  questions: readonly DerivedQuestion[],
  rate: Rate,
): Promise<Record<string, number>> {
  const send = (place: number): Promise<number> => server.ask(questions[place % questions.length]!.text);
  for (let place = 0; place < warmUpCount; place += 1) await send(place);
  const single: number[] = [];
  for (let place = 0; place < questions.length; place += 1) {
    const begin = performance.now();
    single.push((await send(place)) - begin);
  }
  const before = (await costOf(server.pid)) ?? nothing;
  const arrivals = await openLoop(rate, send);
  const after = (await costOf(server.pid)) ?? nothing;
  const load = arrivals.flatMap(({ scheduledAt, outcome }) =>
    outcome.status === "fulfilled" ? [outcome.value - scheduledAt] : [],
  );
  return {
    ...latencyFigures("bareOneByOne", single),
    ...latencyFigures("bareLoad", load),
    bareServerCpuMsPerQuestion: rounded(
      ((after.cpuSeconds - before.cpuSeconds) * 1_000) / arrivals.length,
      2,
    ),
  };
}
