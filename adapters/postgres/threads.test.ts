import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import pg from "pg";
import { deliverThread } from "../../core/delivery/deliver.ts";
import type { Channel } from "../../core/delivery/channel.ts";
import { type ConversationId, newId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { pause, sampleEnd, sampleQuestion } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { createDatabase } from "./database.ts";
import { createInbox } from "./inbox.ts";
import { createPool } from "./pool.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

/** Two processes, each with its own pool, end and deliver turns of the same conversations. */
describe("threads across processes", () => {
  let server: TestDatabase;
  let owner: pg.Client;
  let company: ProvisionedCompany;
  let pools: pg.Pool[];
  let databases: ReturnType<typeof createDatabase>[];
  beforeAll(async () => {
    server = await testDatabase();
    owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
    company = await provisionCompany(server.ownerUrl, smallCompany(), { localAccounts: true });
    pools = [1, 2].map(() => createPool(server.appUrl, 8, silentLogger));
    databases = pools.map((pool) => createDatabase(pool));
  });
  afterAll(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await Promise.all(pools.map((pool) => pool.end()));
    await owner.end();
    await server.close();
  });

  it("post each message once, one at a time within a thread, in the order of the turns' ends", async () => {
    const conversations = Array.from({ length: 3 }, () => newId<ConversationId>());
    const perThread = 16;
    const posted = new Map<string, string[]>();
    const posting = new Set<string>();
    const together: string[] = [];
    const channel: Channel = {
      name: "web",
      limits: { textLength: 100 },
      withdraw: () => Promise.resolve(),
      follow: () => () => undefined,
      async post({ key }, message) {
        if (posting.has(key)) together.push(key);
        posting.add(key);
        await pause(Math.random() * 3);
        posting.delete(key);
        posted.set(key, [...(posted.get(key) ?? []), message.turnId ?? ""]);
        return {};
      },
    };
    const [pool] = pools;
    if (!pool) throw new Error("there is no pool");
    const inbox = createInbox(pool);
    const turn = async (conversationId: ConversationId, place: number): Promise<void> => {
      const database = databases[place % 2];
      if (!database) throw new Error("there is no database");
      const question = sampleQuestion(company, { conversationId });
      await inbox.receive(question);
      const ended = await database.withTenant(company.tenantId, async ({ turns }) => {
        await turns.take(question.id, 30_000);
        return await turns.end(question.id, sampleEnd(question.id, { leaseMs: 30_000 }));
      });
      const ports = { database, channels: new Map([["web", channel] as const]), logger: silentLogger };
      if (ended?.delivery)
        await deliverThread(ports, company.tenantId, ended.delivery.threadKey, ended.delivery);
    };
    await Promise.all(
      conversations.flatMap((conversationId) =>
        Array.from({ length: perThread }, (_, place) => turn(conversationId, place)),
      ),
    );
    expect(together).toEqual([]);
    for (const conversationId of conversations) {
      const { rows } = await owner.query<{ turn_id: string; state: string }>(
        "select turn_id, state from outbox where thread_key = $1 order by position",
        [`web:${conversationId}`],
      );
      expect(rows.map(({ state }) => state)).toEqual(Array.from({ length: perThread }, () => "posted"));
      expect(posted.get(`web:${conversationId}`)).toEqual(rows.map(({ turn_id: id }) => id));
    }
    const { rows } = await owner.query("select 1 from conversations where undelivered <> 0");
    expect(rows).toEqual([]);
    expect(await databases[0]?.staleJobs(0, 100)).toEqual([]);
  });

  it("answer one of two processes that take the same turn, document or message", async () => {
    for (let round = 0; round < 20; round += 1) {
      const question = sampleQuestion(company);
      const [pool] = pools;
      if (!pool) throw new Error("there is no pool");
      await createInbox(pool).receive(question);
      const taken = await Promise.all(
        databases.map((database) =>
          database.withTenant(company.tenantId, ({ turns }) => turns.take(question.id, 30_000)),
        ),
      );
      expect(taken.filter((turn) => turn !== null)).toHaveLength(1);
      const ends = await Promise.all(
        databases.map((database) =>
          database.withTenant(company.tenantId, ({ turns }) =>
            turns.end(question.id, sampleEnd(question.id, { leaseMs: 0 })),
          ),
        ),
      );
      expect(ends.filter((end) => end !== null)).toHaveLength(1);
      await pause(2);
      const messages = await Promise.all(
        databases.map((database) =>
          database.withTenant(company.tenantId, ({ outbox }) =>
            outbox.take(question.payload.threadKey, 30_000),
          ),
        ),
      );
      expect(messages.filter((message) => message !== null)).toHaveLength(1);
    }
  });
});
