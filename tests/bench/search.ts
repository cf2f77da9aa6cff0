import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isDeepStrictEqual } from "node:util";
import { createSearchIndex, type SearchIndex } from "../../adapters/search/create-search-index.ts";
import { startEmbeddedPostgres } from "../../adapters/embedded-postgres/start.ts";
import { systemClock } from "../../core/clock.ts";
import type { ReadScope } from "../../core/identity/access.ts";
import type { DepartmentId, DocumentId, PassageId, TenantId } from "../../core/ids.ts";
import type { KnowledgeChange, KnowledgeFeed } from "../../core/knowledge/knowledge-feed.ts";
import type { SearchResult } from "../../core/knowledge/knowledge-index.ts";
import type { IndexedPassage } from "../../core/knowledge/passage.ts";
import { silentLogger } from "../../core/logger.ts";
import type { BenchOptions, BenchOutcome } from "./bench.ts";
import { missingDocuments, readDemoDocuments } from "./demo-documents.ts";
import { latencyFigures, percentile, rounded } from "./percentiles.ts";
import { measurePostgresSearch, type PostgresSearch } from "./postgres-search.ts";
import { withTemporaryFolder } from "./product-process.ts";
import { rankWords, zipfText, type ZipfText } from "./zipf-text.ts";

export interface SearchBenchOptions extends Pick<BenchOptions, "corpora" | "say"> {
  /** A PostgreSQL server for the baseline; one is started where none is given. */
  readonly connectionString?: string;
  readonly passages?: number;
  readonly questions?: number;
}

const bars = { searchP95Ms: 5, freshnessMs: 1_000 } as const;
const defaultPassages = 100_000;
const defaultQuestions = 500;
const passagesPerDocument = 10;
const limit = 20;
const seed = 20_260_101;
const mebibyte = 2 ** 20;

const department = "00000000-0000-7000-8000-000000000001" as DepartmentId;
const tenant = "00000000-0000-7000-8000-000000000002" as TenantId;
const neighbour = "00000000-0000-7000-8000-000000000003" as TenantId;
const scope: ReadScope = { departments: new Map([[department, "restricted"]]), principals: new Set() };

/** Search over one tenant's passages in memory, beside PostgreSQL's own full-text search over the same. */
export async function benchSearch(options: SearchBenchOptions): Promise<BenchOutcome> {
  const { passages: count = defaultPassages, questions: asked = defaultQuestions } = options;
  const real = missingDocuments(options.corpora) === null ? await readDemoDocuments(options.corpora) : [];
  const text = zipfText(seed, rankWords(real.map((document) => document.content)));
  const step = Math.max(1, Math.floor(count / asked));
  const questions = Array.from({ length: asked }, (_, at) => text.question(at * step));
  return await withTemporaryFolder(async (folder) => {
    const ours = await measureOurs(join(folder, "index"), text, count, questions, options.say);
    options.say("the same passages and questions in PostgreSQL");
    const baseline = await measureBaseline(options, join(folder, "postgres"), text, count, questions);
    const p95 = (durations: readonly number[]): number => percentile(durations, 95);
    const ratio = (of: number, over: number): number => rounded(of / over, 4);
    return {
      figures: {
        passages: count,
        ...ours.figures,
        ...latencyFigures("postgresAnyWord", baseline.anyWordMs),
        ...latencyFigures("postgresAllWords", baseline.allWordsMs),
        postgresLoadSeconds: baseline.loadSeconds,
      },
      ratios: {
        searchP95OverPostgresAnyWord: ratio(p95(ours.searchMs), p95(baseline.anyWordMs)),
        searchP95OverPostgresAllWords: ratio(p95(ours.searchMs), p95(baseline.allWordsMs)),
        loadOverPostgres: ratio(ours.loadSeconds, baseline.loadSeconds),
      },
      held: ours.held,
    };
  });
}

interface Ours extends Pick<BenchOutcome, "figures" | "held"> {
  readonly searchMs: readonly number[];
  readonly loadSeconds: number;
}

async function measureOurs(
  snapshotFolder: string,
  text: ZipfText,
  count: number,
  questions: readonly string[],
  say: BenchOptions["say"],
): Promise<Ours> {
  const feed = generatedFeed(text, count);
  const start = (): SearchIndex =>
    createSearchIndex({ clock: systemClock, logger: silentLogger, feed, snapshotFolder, saveMs: Infinity });
  const ask = (index: SearchIndex, question: string): Promise<SearchResult> =>
    index.search(tenant, { text: question, scope, limit });

  const before = memory();
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const index = start();
  const loadSeconds = await seconds(() => ask(index, questions[0]!));
  loop.disable();
  say(`loaded in ${loadSeconds} s`);
  const after = memory();

  await timeEach(questions.slice(0, 50), (question) => ask(index, question));
  const searchMs = await timeEach(questions, (question) => ask(index, question));
  say(`searched, p95 ${rounded(percentile(searchMs, 95), 2)} ms`);
  const first = await Promise.all(questions.slice(0, 50).map((question) => ask(index, question)));
  await index.refresh(neighbour);
  const isolated = isDeepStrictEqual(
    first,
    await Promise.all(questions.slice(0, 50).map((question) => ask(index, question))),
  );

  const freshnessMs: number[] = [];
  for (let round = 0; round < 10; round += 1) freshnessMs.push(await timeUntilFound(feed, index, round));
  const saveSeconds = await seconds(() => index.close());
  const [file = ""] = (await readdir(snapshotFolder)).filter((name) => name.startsWith(tenant));
  const { size } = await stat(join(snapshotFolder, file));
  const again = start();
  const restartLoop = monitorEventLoopDelay({ resolution: 5 });
  restartLoop.enable();
  const restartSeconds = await seconds(() => ask(again, questions[0]!));
  restartLoop.disable();
  await again.close();

  const searchP95Ms = percentile(searchMs, 95);
  const loopDelayMs = rounded(Math.max(loop.max, restartLoop.max) / 1e6);
  return {
    searchMs,
    loadSeconds,
    figures: {
      searchP50Ms: rounded(percentile(searchMs, 50), 2),
      searchP95Ms: rounded(searchP95Ms, 2),
      searchMaxMs: rounded(percentile(searchMs, 100), 2),
      loadSeconds,
      snapshotSaveSeconds: saveSeconds,
      snapshotRestartSeconds: restartSeconds,
      snapshotMib: rounded(size / mebibyte),
      longestLoopDelayMs: loopDelayMs,
      newPassageFoundMaxMs: rounded(Math.max(...freshnessMs)),
      heapMib: rounded((after.heap - before.heap) / mebibyte),
      outsideHeapMib: rounded((after.outside - before.outside) / mebibyte),
    },
    held: {
      [`search p95 at most ${bars.searchP95Ms} ms`]: searchP95Ms <= bars.searchP95Ms,
      "another tenant's documents change no score": isolated,
      [`a new passage found within ${bars.freshnessMs} ms`]: Math.max(...freshnessMs) <= bars.freshnessMs,
    },
  };
}

interface GeneratedFeed extends KnowledgeFeed {
  /** Adds a document that says one word. */
  add(word: string): void;
}

function generatedFeed(text: ZipfText, count: number): GeneratedFeed {
  const generated = Math.ceil(count / passagesPerDocument);
  // Made beforehand, so that the load is measured and not its making.
  const texts = Array.from({ length: count }, (_, place) => text.passage(place));
  const added: string[] = [];
  const sample = (documentId: DocumentId, place: number, said: string): IndexedPassage => ({
    id: `${documentId}-${place}` as PassageId,
    documentId,
    departmentId: department,
    sensitivity: "public",
    readers: null,
    title: said.split(" ", 3).join(" "),
    text: said,
    position: place,
    headingPath: [],
    page: null,
    embedding: null,
  });
  const documentAt = (version: number): KnowledgeChange => {
    const documentId = `document-${version}` as DocumentId;
    const first = (version - 1) * passagesPerDocument;
    const size = version > generated ? 1 : Math.min(passagesPerDocument, count - first);
    const passages = Array.from({ length: size }, (_, at) =>
      sample(documentId, at, version > generated ? added[version - generated - 1]! : texts[first + at]!),
    );
    return { kind: "upsert", version, documentId, passages };
  };
  const newest = (of: TenantId): number =>
    of === tenant ? generated + added.length : Math.min(200, generated);
  return {
    add: (word) => void added.push(word),
    versions: (tenants) => Promise.resolve(new Map(tenants.map((one) => [one, newest(one)]))),
    changes: (of, since, most) => {
      const size = Math.max(0, Math.min(most, newest(of) - since));
      return Promise.resolve(Array.from({ length: size }, (_, at) => documentAt(since + at + 1)));
    },
  };
}

async function timeUntilFound(feed: GeneratedFeed, index: SearchIndex, round: number): Promise<number> {
  const word = `freshword${round}`;
  const begin = performance.now();
  feed.add(word);
  for (;;) {
    const { hits } = await index.search(tenant, { text: word, scope, limit: 1 });
    if (hits.length > 0) return performance.now() - begin;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function measureBaseline(
  { connectionString }: SearchBenchOptions,
  folder: string,
  text: ZipfText,
  count: number,
  questions: readonly string[],
): Promise<PostgresSearch> {
  const passages = { count, text: text.passage };
  if (connectionString !== undefined)
    return await measurePostgresSearch(connectionString, passages, questions);
  const postgres = await startEmbeddedPostgres({ folder, port: 0, logger: silentLogger });
  try {
    return await measurePostgresSearch(postgres.superuserUrl, passages, questions);
  } finally {
    await postgres.stop();
  }
}

async function timeEach(
  questions: readonly string[],
  ask: (question: string) => Promise<unknown>,
): Promise<number[]> {
  const durations: number[] = [];
  for (const question of questions) {
    const begin = performance.now();
    await ask(question);
    durations.push(performance.now() - begin);
  }
  return durations;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return rounded((performance.now() - begin) / 1000, 2);
}

function memory(): { heap: number; outside: number } {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, outside: external };
}
