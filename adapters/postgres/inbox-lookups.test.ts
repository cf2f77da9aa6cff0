import { afterAll, beforeAll, expect, it } from "@jest/globals";
import pg from "pg";
import { newId } from "../../core/ids.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

let database: TestDatabase;
let company: ProvisionedCompany;
let client: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  company = await provisionCompany(database.ownerUrl, smallCompany("many"), { localAccounts: true });
  // As the application's connections: planned once, while the tables are empty.
  client = new pg.Client({
    connectionString: database.appUrl,
    options: "-c plan_cache_mode=force_generic_plan",
  });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await database.close();
});

const events = (count: number): object[] =>
  Array.from({ length: count }, () => ({
    id: newId(),
    tenantId: company.tenantId,
    channel: "slack",
    eventId: newId(),
    body: { kind: "message", text: "How much leave do I have?" },
  }));

const receive = async (received: readonly object[]): Promise<number> => {
  const query = {
    name: "receive",
    text: "select * from inbox_receive($1)",
    values: [JSON.stringify(received)],
  };
  return (await client.query(query)).rows.length;
};

/** Rows of the inbox that this connection has read and not yet reported to the statistics. */
const rowsRead = async (): Promise<number> => {
  const { rows } = await client.query<{ read: number }>(
    `select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables where relname = 'inbox'`,
  );
  return rows[0]?.read ?? 0;
};

it("takes an event in without reading what its company received before", async () => {
  await receive(events(1));
  for (let batch = 0; batch < 8; batch += 1) expect(await receive(events(250))).toBe(250);
  await client.query("begin");
  const before = await rowsRead();
  expect(await receive(events(10))).toBe(10);
  expect((await rowsRead()) - before).toBeLessThanOrEqual(20);
  await client.query("commit");
});
