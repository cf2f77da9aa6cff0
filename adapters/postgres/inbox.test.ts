import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import { newId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { sampleEvent, sampleQuestion, until } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createInbox } from "./inbox.ts";
import { createPool } from "./pool.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

jest.setTimeout(180_000);

describe("the inbox on PostgreSQL", () => {
  let server: TestDatabase;
  let owner: pg.Client;
  let pools: pg.Pool[];
  let company: ProvisionedCompany;
  let other: ProvisionedCompany;
  beforeAll(async () => {
    server = await testDatabase();
    owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
    pools = [
      createPool(server.appUrl, 4, silentLogger, amplyMs),
      createPool(server.appUrl, 4, silentLogger, amplyMs),
    ];
    company = await provisionCompany(server.ownerUrl, smallCompany("one"), { localAccounts: true });
    other = await provisionCompany(server.ownerUrl, smallCompany("two"), { localAccounts: true });
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await owner.end();
    await server.close();
  });
  const inboxes = () => pools.map((pool) => createInbox(pool));
  const inboxOf = () => createInbox(pools[0] ?? createPool(server.appUrl, 1, silentLogger, amplyMs));
  /** Rows of one transaction share their xmin. */
  const commitsOf = async (ids: readonly string[]): Promise<number> => {
    const { rows } = await owner.query<{ commits: number }>(
      "select count(distinct xmin::text)::integer as commits from inbox where id = any ($1)",
      [ids],
    );
    return rows[0]?.commits ?? 0;
  };

  it("takes in what arrives together in one commit, of whatever tenant", async () => {
    const inbox = inboxOf();
    const questions = Array.from({ length: 200 }, (_, number) =>
      sampleQuestion(number % 2 === 0 ? company : other),
    );
    await Promise.all(questions.map((question) => inbox.receive(question)));
    expect(await commitsOf(questions.map(({ id }) => id))).toBe(1);
  });

  it("takes in what platforms send in the same commit as questions", async () => {
    const inbox = inboxOf();
    const [events, questions] = [
      Array.from({ length: 60 }, (_, number) => sampleEvent(number % 2 === 0 ? company : other)),
      Array.from({ length: 60 }, (_, number) => sampleQuestion(number % 2 === 0 ? company : other)),
    ];
    await Promise.all([
      ...events.map((event) => inbox.receiveEvent(event)),
      ...questions.map((question) => inbox.receive(question)),
    ]);
    expect(await commitsOf([...events, ...questions].map(({ id }) => id))).toBe(1);
  });

  it("keeps nothing of what a platform sent once it is handled, but that it came", async () => {
    const inbox = inboxOf();
    const database = createDatabase(pools[0] ?? createPool(server.appUrl, 1, silentLogger, amplyMs));
    const [settled, accepted] = [sampleEvent(company), sampleEvent(company)];
    for (const event of [settled, accepted]) await inbox.receiveEvent(event);
    const { userId, payload } = sampleQuestion(company, { channel: "slack" });
    await database.withTenant(company.tenantId, async ({ events }) => {
      await events.take(settled.id, 10_000);
      await events.settle(settled.id, 1);
      await events.accept(accepted.id, { userId, payload }, []);
    });
    const { rows } = await owner.query("select id, event from inbox where id = any ($1) order by id", [
      [settled.id, accepted.id],
    ]);
    expect(rows).toEqual([
      { id: settled.id, event: {} },
      { id: accepted.id, event: null },
    ]);
    expect(await inbox.receiveEvent(settled)).toEqual({ id: settled.id, fresh: false });
    await database.close();
  });

  it("gives one row to a platform's event that two processes receive at the same time, in any order", async () => {
    for (let round = 0; round < 20; round += 1) {
      const names = Array.from({ length: 6 }, () => newId<string>());
      const receipts = await Promise.all(
        inboxes().map((inbox, side) =>
          Promise.all(
            (side === 0 ? names : names.toReversed()).map(async (eventId) => ({
              eventId,
              ...(await inbox.receiveEvent(sampleEvent(company, { eventId }))),
            })),
          ),
        ),
      );
      for (const eventId of names) {
        const both = receipts.flat().filter((receipt) => receipt.eventId === eventId);
        expect(both[0]?.id).toEqual(both[1]?.id);
        expect(both.filter(({ fresh }) => fresh)).toHaveLength(1);
      }
    }
  });

  it("takes in what arrives during a commit with the next, at most 256 at once", async () => {
    const inbox = inboxOf();
    const first = sampleQuestion(company);
    const receiving = inbox.receive(first);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const rest = Array.from({ length: 300 }, () => sampleQuestion(company));
    await Promise.all([receiving, ...rest.map((question) => inbox.receive(question))]);
    expect(await commitsOf([first, ...rest].map(({ id }) => id))).toBeLessThanOrEqual(3);
  });

  it("writes the audit event of each question in the same commit", async () => {
    const questions = [sampleQuestion(company), sampleQuestion(other)];
    const inbox = inboxOf();
    await Promise.all(questions.map((question) => inbox.receive(question)));
    const { rows } = await owner.query(
      `select i.tenant_id = a.tenant_id and i.xmin::text = a.xmin::text as together, a.event, a.status, a.user_id
       from inbox i join audit_events a on a.resource_id = i.id where i.id = any ($1)`,
      [questions.map(({ id }) => id)],
    );
    expect(rows).toHaveLength(2);
    for (const row of rows)
      expect(row).toMatchObject({ together: true, event: "chat.request", status: "started" });
  });

  it("gives one turn to an event that two processes receive at the same time, in any order", async () => {
    for (let round = 0; round < 30; round += 1) {
      const events = Array.from({ length: 6 }, () => newId<string>());
      const receipts = await Promise.all(
        inboxes().map((inbox, side) =>
          Promise.all(
            (side === 0 ? events : events.toReversed()).map(async (eventId) => ({
              eventId,
              ...(await inbox.receive(sampleQuestion(company, { eventId }))),
            })),
          ),
        ),
      );
      for (const eventId of events) {
        const both = receipts.flat().filter((receipt) => receipt.eventId === eventId);
        expect(both.map(({ turnId }) => turnId)).toEqual([both[0]?.turnId, both[0]?.turnId]);
        expect(both[0]?.turnId).toEqual(expect.any(String));
        expect(both[0]?.conversationId).toBe(both[1]?.conversationId);
        expect(both.filter(({ fresh }) => fresh)).toHaveLength(1);
      }
    }
  });

  it("refuses at once what comes while too many wait, and takes in more once they are stored", async () => {
    const [pool] = pools;
    if (!pool) throw new Error("there is no pool");
    const inbox = createInbox(pool, { limit: 3 });
    const send = () =>
      Promise.allSettled(Array.from({ length: 5 }, () => inbox.receive(sampleQuestion(company))));
    for (let round = 0; round < 2; round += 1) {
      const results = await send();
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
      for (const refused of results.slice(3)) {
        expect(refused).toMatchObject({
          reason: {
            code: "rate_limited",
            remedy: expect.any(String) as unknown,
            facts: { retryAfterSeconds: 5 },
          },
        });
      }
    }
  });

  it("lets an event that cannot be stored fail alone", async () => {
    const inbox = inboxOf();
    const questions = [
      sampleQuestion(company),
      sampleQuestion(other, { question: "Half a character \ud83d" }),
      sampleQuestion(other),
    ];
    const results = await Promise.allSettled(questions.map((question) => inbox.receive(question)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await inbox.receive(sampleQuestion(company))).fresh).toBe(true);
  });

  it("tells everyone who waits that the database is away, and works again when it is back", async () => {
    const away = new URL(server.appUrl);
    away.port = "1";
    const pool = createPool(away.href, 1, silentLogger, amplyMs);
    const inbox = createInbox(pool);
    const results = await Promise.allSettled(
      Array.from({ length: 3 }, () => inbox.receive(sampleQuestion(company))),
    );
    await pool.end();
    for (const result of results) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "database_unavailable" } });
    }
    const [pool1] = pools;
    if (!pool1) throw new Error("there is no pool");
    const steady = createInbox(pool1);
    await owner.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    // Who asks before every end was heard of is told as well.
    await until("it takes in again", () =>
      steady.receive(sampleQuestion(company)).then(
        ({ fresh }) => fresh,
        () => false,
      ),
    );
  });
});
