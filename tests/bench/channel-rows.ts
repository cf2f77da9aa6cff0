import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** What the rows say about the events that were received on one channel. */
export interface ChannelRows {
  readonly received: number;
  /** Neither handled nor given up. */
  readonly waiting: number;
  readonly posted: number;
  readonly notPosted: number;
  /** Events whose handling was tried more than once. */
  readonly retried: number;
}

type MessageRef = Readonly<Record<string, string>>;

/** An answer that was posted, as its row tells. */
export interface PostedAnswer {
  readonly eventId: string;
  readonly turnId: string;
  /** Milliseconds since 1970. */
  readonly postedAt: number;
  /** The message by the channel's names, and its other parts by their numbers. */
  readonly ref: MessageRef;
  readonly placed: Readonly<Record<string, MessageRef>>;
}

const count = `
  select (select count(*)::int from inbox where channel = $1) as received,
    (select count(*)::int from inbox where channel = $1 and taken_at is null) as waiting,
    (select count(*)::int from outbox where channel = $1 and state = 'posted') as posted,
    (select count(*)::int from outbox where channel = $1 and state <> 'posted') as "notPosted",
    (select count(*)::int from inbox where channel = $1 and attempts > 1) as retried`;

const answers = `
  select i.event_id as "eventId", i.id as "turnId", (extract(epoch from o.posted_at) * 1000)::float8 as "postedAt",
    coalesce(o.message_ref, '{}') as ref, o.placed
  from inbox i join outbox o on o.turn_id = i.id
  where i.channel = $1 and o.posted_at is not null`;

export interface ChannelRowReader {
  read(): Promise<ChannelRows>;
  /** Until so many answers are posted, or `limitMs` have passed without another one. */
  waitForPosted(posted: number, limitMs: number): Promise<ChannelRows>;
  answers(): Promise<readonly PostedAnswer[]>;
}

const pollMs = 250;

export async function withChannelRows<T>(
  { databaseUrl, channel }: { readonly databaseUrl: string; readonly channel: "slack" | "teams" },
  work: (rows: ChannelRowReader) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const read = async (): Promise<ChannelRows> => {
    const [rows] = (await client.query<ChannelRows>(count, [channel])).rows;
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
      answers: async () => (await client.query<PostedAnswer>(answers, [channel])).rows,
    });
  } finally {
    await client.end();
  }
}
