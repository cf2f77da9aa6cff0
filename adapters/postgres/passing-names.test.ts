import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import pg from "pg";
import type { Delivery, OutboxStore } from "../../core/delivery/outbox.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { sampleEnd, sampleEvent, sampleQuestion } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createInbox } from "./inbox.ts";
import { createPool } from "./pool.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

/** What of an address opens something for a while lies in no row any more once its message is closed. */
describe("an address that speaks for the app for a while", () => {
  let server: TestDatabase;
  let owner: pg.Client;
  let pool: pg.Pool;
  let company: ProvisionedCompany;
  beforeAll(async () => {
    server = await testDatabase();
    owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
    pool = createPool(server.appUrl, 2, silentLogger, amplyMs);
    company = await provisionCompany(server.ownerUrl, smallCompany("one"), { localAccounts: true });
  });
  afterAll(async () => {
    await pool.end();
    await owner.end();
    await server.close();
  });
  /** Tables that hold it in any column. */
  const holders = async (url: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const table of ["inbox", "turns", "outbox", "audit_events", "handoffs", "conversations"]) {
      const rows = await owner.query(`select from ${table} r where strpos(r::text, $1) > 0`, [url]);
      if (rows.rowCount !== 0) found.push(table);
    }
    return found;
  };

  it.each<[string, (outbox: OutboxStore, delivery: Delivery) => Promise<unknown>]>([
    ["posted", (outbox, { id, attempt }) => outbox.posted(id, attempt, { ts: "1" })],
    ["withheld", (outbox, { id, attempt }) => outbox.withhold(id, attempt)],
    ["given up", (outbox, { id, attempt }) => outbox.failed(id, attempt, "gone", null)],
  ])("is forgotten as soon as the answer is %s", async (_what, close) => {
    const database = createDatabase(pool);
    const { tenantId } = company;
    const event = sampleEvent(company, { body: { responseUrl: `https://hooks.slack.com/event` } });
    const responseUrl = `https://hooks.slack.com/commands/${event.id}`;
    const address = { user: "U1", team: "T1", responseUrl };
    await createInbox(pool).receiveEvent(event);
    await database.withTenant(tenantId, async ({ events, turns, outbox }) => {
      await events.take(event.id, 10_000);
      const { userId, payload } = sampleQuestion(company, { channel: "slack", address });
      await events.accept(event.id, { userId, payload }, []);
      expect(await holders(responseUrl)).toEqual(["inbox"]);
      expect(await turns.take(event.id, 10_000)).toMatchObject({ address });
      expect(await holders(responseUrl)).toEqual(["turns"]);
      const end = await turns.end(event.id, sampleEnd(event.id));
      expect(end?.delivery).toMatchObject({ address });
      if (end?.delivery) await close(outbox, end.delivery);
    });
    expect(await holders(responseUrl)).toEqual([]);
    const { rows } = await owner.query(
      `select i.payload -> 'address' as inbox, t.address as turns, o.address as outbox
       from inbox i join turns t on t.id = i.id join outbox o on o.turn_id = t.id where i.id = $1`,
      [event.id],
    );
    const kept = { user: "U1", team: "T1" };
    expect(rows).toEqual([{ inbox: kept, turns: kept, outbox: kept }]);
  });
});
