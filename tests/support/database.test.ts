import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import pg from "pg";
import { testDatabase, type TestDatabase } from "./database.ts";

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

describe("testDatabase", () => {
  let one: TestDatabase;
  let other: TestDatabase;

  beforeAll(async () => {
    [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  });
  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
  });

  it("has the migrated tables and no rows", async () => {
    expect(await query(one.ownerUrl, "select count(*)::int as n from tenants")).toEqual([{ n: 0 }]);
  });

  it("gives each caller a database of its own", async () => {
    await query(one.ownerUrl, "create table only_here ()");
    expect(await query(other.ownerUrl, "select to_regclass('only_here') as found")).toEqual([
      { found: null },
    ]);
  });

  it("logs the application in as a role that row-level security binds", async () => {
    const [role] = await query(
      one.appUrl,
      "select rolsuper as superuser, rolbypassrls as bypasses from pg_roles where rolname = current_user",
    );
    expect(role).toEqual({ superuser: false, bypasses: false });
  });

  it("drops the database on close, with a connection still open", async () => {
    const third = await testDatabase();
    const client = new pg.Client({ connectionString: third.appUrl });
    client.on("error", () => undefined);
    await client.connect();
    await third.close();
    await expect(query(third.ownerUrl, "select 1")).rejects.toThrow("does not exist");
    await client.end().catch(() => undefined);
  });
});
