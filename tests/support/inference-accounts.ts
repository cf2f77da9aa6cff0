import { Redis } from "ioredis";
import pg from "pg";

/** What stands in Redis of calls that wait or run. */
export interface LineLeft {
  readonly waiting: number;
  readonly held: number;
  readonly jobs: number;
  /** Keys that stay for good. */
  readonly forever: readonly string[];
}

const tier = "expert:inference:{fast}:";

export async function lineLeft(url: string): Promise<LineLeft> {
  const redis = new Redis(url, { maxRetriesPerRequest: 2 });
  redis.on("error", () => undefined);
  try {
    const keys = await redis.keys("expert:inference:*");
    const forever: string[] = [];
    for (const key of keys) if ((await redis.ttl(key)) === -1) forever.push(key);
    return {
      waiting: Number((await redis.hget(`${tier}share:`, "#waiting")) ?? 0),
      held: await redis.zcard(`${tier}held`),
      jobs: keys.filter((key) => key.startsWith(`${tier}job:`)).length,
      forever,
    };
  } finally {
    redis.disconnect();
  }
}

/** How many inference workers say that they serve the tier now. */
export async function servingWorkers(url: string): Promise<number> {
  const redis = new Redis(url, { maxRetriesPerRequest: 2 });
  redis.on("error", () => undefined);
  try {
    return await redis.zcount(`${tier}workers`, Date.now(), "+inf");
  } finally {
    redis.disconnect();
  }
}

/** What stands in the rows of the questions. */
export interface TurnAccounts {
  readonly states: Readonly<Record<string, number>>;
  /** Turns that have not exactly one final message, and messages that are not posted. */
  readonly notOnce: number;
  readonly notPosted: number;
}

export async function turnAccounts(ownerUrl: string, turnIds: readonly string[]): Promise<TurnAccounts> {
  return await asOwner(ownerUrl, async (client) => {
    const { rows } = await client.query<{ state: string; messages: number; posted: number }>(
      `select t.state, count(o.id)::integer as messages,
         (count(o.id) filter (where o.state = 'posted'))::integer as posted
       from turns t left join outbox o on o.turn_id = t.id where t.id = any($1) group by t.id, t.state`,
      [turnIds],
    );
    const states: Record<string, number> = {};
    for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
    return {
      states,
      notOnce: rows.filter(({ messages }) => messages !== 1).length,
      notPosted: rows.filter(({ messages, posted }) => messages !== posted).length,
    };
  });
}

/** What was recorded of the calls so far, and the tokens of answers as the server has counted them. */
export interface UsageAccounts {
  readonly requests: number;
  readonly countedTokens: number;
}

export async function usageAccounts(ownerUrl: string): Promise<UsageAccounts> {
  return await asOwner(ownerUrl, async (client) => {
    const { rows } = await client.query<UsageAccounts>(
      `select coalesce(sum(requests), 0)::integer as requests,
         coalesce(sum(completion_tokens) filter (where counted), 0)::integer as "countedTokens"
       from usage_by_day where kind = 'chat'`,
    );
    return rows[0] ?? { requests: 0, countedTokens: 0 };
  });
}

async function asOwner<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
