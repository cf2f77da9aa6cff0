import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import { deliverThread } from "../../core/delivery/deliver.ts";
import type { Channel } from "../../core/delivery/channel.ts";
import type { Delivery } from "../../core/delivery/outbox.ts";
import type { Database } from "../../core/database.ts";
import { type ConversationId, newId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import {
  pause,
  sampleDelivery,
  sampleEnd,
  sampleEvent,
  sampleQuestion,
} from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createInbox } from "./inbox.ts";
import { createPool } from "./pool.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

jest.setTimeout(180_000);

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
    pools = [1, 2].map(() => createPool(server.appUrl, 8, silentLogger, amplyMs));
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

  it("post what is written beside the answers once, one at a time, in the order of writing", async () => {
    const conversationId = newId<ConversationId>();
    const threadKey = `web:${conversationId}`;
    const [pool] = pools;
    if (!pool) throw new Error("there is no pool");
    const inbox = createInbox(pool);
    const posted: string[] = [];
    let posting = 0;
    let together = 0;
    const channel: Channel = {
      name: "web",
      limits: { textLength: 100 },
      withdraw: () => Promise.resolve(),
      follow: () => () => undefined,
      async post(_thread, _message, { key }) {
        posting += 1;
        together = Math.max(together, posting);
        await pause(Math.random() * 3);
        posting -= 1;
        posted.push(key);
        return {};
      },
    };
    const deliver = (database: Database, taken: Delivery | null = null): Promise<void> =>
      deliverThread(
        { database, channels: new Map([["web", channel] as const]), logger: silentLogger },
        company.tenantId,
        threadKey,
        taken,
      );
    // What is written before a conversation's first turn is not counted by it, and may wait for the sweeper.
    const begun = sampleQuestion(company, { conversationId });
    await inbox.receive(begun);
    await databases[0]?.withTenant(company.tenantId, ({ turns }) => turns.take(begun.id, 30_000));
    await Promise.all(
      Array.from({ length: 40 }, async (_, place) => {
        const database = databases[place % 2];
        if (!database) throw new Error("there is no database");
        if (place % 3 === 0) {
          const message = sampleDelivery({ channel: "web", threadKey });
          // Twice, as by a worker that never learned of the first time.
          for (let time = 0; time < 2; time += 1)
            await database.withTenant(company.tenantId, ({ outbox }) => outbox.write([message]));
          await deliver(database);
          return;
        }
        const question = sampleQuestion(company, { conversationId });
        await inbox.receive(question);
        const ended = await database.withTenant(company.tenantId, async ({ turns }) => {
          await turns.take(question.id, 30_000);
          return await turns.end(question.id, sampleEnd(question.id, { leaseMs: 30_000 }));
        });
        if (ended?.delivery) await deliver(database, ended.delivery);
      }),
    );
    const { rows } = await owner.query<{ id: string; state: string }>(
      "select id, state from outbox where thread_key = $1 order by position",
      [threadKey],
    );
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(["posted"]));
    expect(rows).toHaveLength(40);
    expect(posted).toEqual(rows.map(({ id }) => id));
    expect(together).toBe(1);
    const count = await owner.query("select undelivered from conversations where id = $1", [conversationId]);
    expect(count.rows).toEqual([{ undelivered: 0 }]);
  });

  it("make one conversation of the events of many people that race for it", async () => {
    const people = [...company.people.values()];
    for (let round = 0; round < 10; round += 1) {
      const conversationId = newId<ConversationId>();
      const [pool] = pools;
      if (!pool) throw new Error("there is no pool");
      const inbox = createInbox(pool);
      const ids = await Promise.all(
        people.map(async (userId) => {
          const { id } = await inbox.receiveEvent(sampleEvent(company));
          const { payload } = sampleQuestion(company, { channel: "slack", shared: true, conversationId });
          await Promise.all(
            databases.map((database) =>
              database.withTenant(company.tenantId, ({ events }) =>
                events.accept(id, { userId, payload }, []),
              ),
            ),
          );
          return id;
        }),
      );
      const taken = await Promise.all(
        ids.flatMap((id) =>
          databases.map((database) =>
            database.withTenant(company.tenantId, ({ turns }) => turns.take(id, 30_000)),
          ),
        ),
      );
      const turns = taken.filter((turn) => turn !== null);
      expect(turns.map(({ userId }) => userId).toSorted()).toEqual(people.toSorted());
      expect(new Set(turns.map((turn) => turn.conversationId))).toEqual(new Set([conversationId]));
    }
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
