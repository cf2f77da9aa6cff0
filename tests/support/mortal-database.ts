import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { until } from "./sample-work.ts";

/** The embedded database of a product that is killed, as the owner of its tables sees it. */
export interface MortalDatabase {
  rows<T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Until the one message of a question is posted. */
  untilPosted(question: string, limitMs: number): Promise<void>;
  /** How many events and turns the question has, and what its conversation still waits for. */
  traceOf(question: string): Promise<{ events: number; turns: number; undelivered: number } | undefined>;
  end(): Promise<void>;
}

/** Where the product that runs in the data folder has its database. */
export async function ownerUrlOf(folder: string): Promise<string> {
  const runtime = JSON.parse(await readFile(join(folder, "runtime.json"), "utf8")) as { ownerUrl: string };
  return runtime.ownerUrl;
}

export async function openMortalDatabase(folder: string): Promise<MortalDatabase> {
  const owner = new pg.Client({ connectionString: await ownerUrlOf(folder) });
  owner.on("error", () => undefined);
  await owner.connect();
  const rows = async <T extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<T[]> => (await owner.query<T>(text, [...values])).rows;
  return {
    rows,
    untilPosted: (question, limitMs) =>
      until(
        "its message is posted",
        async () => {
          const outbox = await rows<{ state: string }>(
            "select o.state from outbox o join turns t on t.id = o.turn_id where t.question = $1",
            [question],
          );
          return outbox.length === 1 && outbox[0]?.state === "posted";
        },
        limitMs,
      ),
    async traceOf(question) {
      const [trace] = await rows<{ events: number; turns: number; undelivered: number }>(
        `select (select count(*)::integer from inbox where payload ->> 'question' = $1) as events,
           (select count(*)::integer from turns where question = $1) as turns,
           (select undelivered from conversations c join turns t on t.conversation_id = c.id where t.question = $1)
             as undelivered`,
        [question],
      );
      return trace;
    },
    end: () => owner.end(),
  };
}
