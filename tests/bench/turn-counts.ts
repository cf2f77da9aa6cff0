import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** What the rows of a whole database say about its questions. */
export interface TurnCounts {
  readonly inbox: number;
  readonly turns: number;
  readonly turnsByState: Readonly<Record<string, number>>;
  readonly outbox: number;
  /** Turns with more than one message. */
  readonly answeredTwice: number;
  readonly notPosted: number;
}

const settleLimitMs = 10_000;
const pollMs = 100;

/** Counts once every message is posted, which follows the reply on the stream by a moment, or after 10 s. */
export async function countTurns(databaseUrl: string): Promise<TurnCounts> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const begin = performance.now();
    for (;;) {
      const counts = await readCounts(client);
      const unsettled = counts.notPosted > 0 || counts.outbox < counts.turns;
      if (!unsettled || performance.now() - begin > settleLimitMs) return counts;
      await sleep(pollMs);
    }
  } finally {
    await client.end();
  }
}

async function readCounts(client: pg.Client): Promise<TurnCounts> {
  const { rows } = await client.query<TurnCounts>(`
    select (select count(*)::int from inbox) as inbox,
      (select count(*)::int from turns) as turns,
      (select jsonb_object_agg(state, n) from (select state, count(*) as n from turns group by state) s) as "turnsByState",
      (select count(*)::int from outbox) as outbox,
      (select count(*)::int from (select from outbox group by turn_id having count(*) > 1) d) as "answeredTwice",
      (select count(*)::int from outbox where state <> 'posted') as "notPosted"`);
  const [counts] = rows;
  if (!counts) throw new Error("the rows could not be counted");
  return { ...counts, turnsByState: counts.turnsByState ?? {} };
}
