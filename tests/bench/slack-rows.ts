import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** What the rows say about the events that were received. */
export interface SlackRows {
  readonly received: number;
  /** Neither handled nor given up. */
  readonly waiting: number;
  readonly posted: number;
  readonly notPosted: number;
  /** Events whose handling was tried more than once. */
  readonly retried: number;
}

const count = `
  select (select count(*)::int from inbox where channel = 'slack') as received,
    (select count(*)::int from inbox where channel = 'slack' and taken_at is null) as waiting,
    (select count(*)::int from outbox where channel = 'slack' and state = 'posted') as posted,
    (select count(*)::int from outbox where channel = 'slack' and state <> 'posted') as "notPosted",
    (select count(*)::int from inbox where channel = 'slack' and attempts > 1) as retried`;

const postedAt = `
  select i.event_id as "eventId", extract(epoch from o.posted_at) * 1000 as "postedAt"
  from inbox i join outbox o on o.turn_id = i.id
  where i.channel = 'slack' and o.posted_at is not null`;

export interface SlackRowReader {
  read(): Promise<SlackRows>;
  /** Until so many answers are posted, or `limitMs` have passed without another one. */
  waitForPosted(posted: number, limitMs: number): Promise<SlackRows>;
  /** When the answer to each event was posted, in milliseconds since 1970. */
  postedAt(): Promise<ReadonlyMap<string, number>>;
}

const pollMs = 250;

export async function withSlackRows<T>(
  databaseUrl: string,
  work: (rows: SlackRowReader) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const read = async (): Promise<SlackRows> => {
    const [rows] = (await client.query<SlackRows>(count)).rows;
    if (!rows) throw new Error("the rows could not be counted");
    return rows;
  };
  try {
    return await work({
      read,
      async waitForPosted(posted, limitMs) {
        let progressAt = performance.now();
        for (let before = -1; ;) {
          const rows = await read();
          if (rows.posted >= posted) return rows;
          if (rows.posted > before) progressAt = performance.now();
          else if (performance.now() - progressAt > limitMs) return rows;
          before = rows.posted;
          await sleep(pollMs);
        }
      },
      async postedAt() {
        const { rows } = await client.query<{ eventId: string; postedAt: string }>(postedAt);
        return new Map(rows.map((row) => [row.eventId, Number(row.postedAt)]));
      },
    });
  } finally {
    await client.end();
  }
}
