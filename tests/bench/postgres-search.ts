import pg from "pg";
import { rounded } from "./percentiles.ts";

export interface PostgresSearch {
  readonly loadSeconds: number;
  /** Milliseconds of each question, best 20 by ts_rank, of passages that say any of its words. */
  readonly anyWordMs: readonly number[];
  /** The same of passages that say all of its words. */
  readonly allWordsMs: readonly number[];
}

const rowsPerInsert = 2_000;
const limit = 20;
const warmUp = 10;

/** PostgreSQL's own full-text search over the same passages and questions: tsvector, GIN, ts_rank. Leaves nothing behind. */
export async function measurePostgresSearch(
  connectionString: string,
  passages: { count: number; text(place: number): string },
  questions: readonly string[],
): Promise<PostgresSearch> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const begin = performance.now();
    await client.query("create temporary table bench_passage (id integer, body text, words tsvector)");
    for (let start = 0; start < passages.count; start += rowsPerInsert) {
      const size = Math.min(rowsPerInsert, passages.count - start);
      const texts = Array.from({ length: size }, (_, at) => passages.text(start + at));
      await client.query(
        `insert into bench_passage
         select $1 + place, body, to_tsvector('english', body) from unnest($2::text[]) with ordinality as t (body, place)`,
        [start, texts],
      );
    }
    await client.query("create index on bench_passage using gin (words)");
    await client.query("analyze bench_passage");
    const loadSeconds = rounded((performance.now() - begin) / 1000);
    return {
      loadSeconds,
      anyWordMs: await time(
        client,
        questions.map((question) => question.split(" ").join(" | ")),
      ),
      allWordsMs: await time(
        client,
        questions.map((question) => question.split(" ").join(" & ")),
      ),
    };
  } finally {
    await client.end();
  }
}

async function time(client: pg.Client, queries: readonly string[]): Promise<number[]> {
  const durations: number[] = [];
  for (const query of [...queries.slice(0, warmUp), ...queries]) {
    const begin = performance.now();
    await client.query({
      name: "bench_search",
      text: `select id, body, ts_rank(words, query) as rank from bench_passage, to_tsquery('english', $1) query
             where words @@ query order by rank desc limit ${limit}`,
      values: [query],
    });
    durations.push(performance.now() - begin);
  }
  return durations.slice(warmUp);
}
