import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from "@jest/globals";
import pg from "pg";
import { newId, type TenantId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { until } from "../../tests/support/sample-work.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createPool } from "./pool.ts";
import { type Statement, tenantQuery } from "./tenant-query.ts";

describe("a tenant's query", () => {
  let server: TestDatabase;
  let owner: pg.Client;
  let pool: pg.Pool;
  const tenant = newId<TenantId>();
  const whose: Statement = {
    name: "test_whose",
    text: "select app_tenant() as tenant, $1::integer as number",
  };
  const slow: Statement = { name: "test_slow", text: "select pg_sleep($1)" };
  const quotient: Statement = { name: "test_quotient", text: "select 1 / $1::integer as quotient" };

  beforeAll(async () => {
    server = await testDatabase();
    owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await server.close();
  });
  beforeEach(() => {
    pool = createPool(server.appUrl, 1, silentLogger, amplyMs);
  });
  afterEach(async () => {
    await pool.end();
  });
  const run = (statement: Statement, ...values: unknown[]) => tenantQuery(pool, tenant, statement, values);

  it("runs as its tenant, and leaves nothing of it on the connection", async () => {
    expect(await run(whose, 7)).toEqual([{ tenant, number: 7 }]);
    expect((await pool.query("select app_tenant() as tenant")).rows).toEqual([{ tenant: null }]);
    const other = newId<TenantId>();
    expect(await tenantQuery(pool, other, whose, [8])).toEqual([{ tenant: other, number: 8 }]);
    expect(pool.totalCount).toBe(1);
  });

  it("works at once after a statement that could not be parsed, on a fresh connection and a used one", async () => {
    const early: Statement = { name: "test_early", text: "select * from not_there_yet" };
    for (let round = 0; round < 2; round += 1) {
      await expect(run(early)).rejects.toMatchObject({ code: "42P01" });
      await expect(run(early)).rejects.toMatchObject({ code: "42P01" });
      await run(whose, round);
    }
    await owner.query("create table not_there_yet (); grant select on not_there_yet to public");
    expect(await run(early)).toEqual([]);
  });

  it("keeps the connection after a statement that failed as it ran, once it is known", async () => {
    await run(quotient, 1);
    const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
    await expect(run(quotient, 0)).rejects.toMatchObject({ code: "22012" });
    expect(await run(quotient, 1)).toEqual([{ quotient: 1 }]);
    expect((await pool.query("select pg_backend_pid() as pid")).rows).toEqual(rows);
  });

  it("fails alone where its connection ends in the middle of it, and the next one has another", async () => {
    for (const parsedBefore of [false, true]) {
      if (parsedBefore) await run(slow, 0);
      const running = run(slow, 300);
      const refused = expect(running).rejects.toMatchObject({ code: "57P01" });
      let over = false;
      void running.catch(() => (over = true));
      // Again and again: what is found may be the one before, which is not gone yet.
      await until("it has ended", async () => {
        await owner.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and state = 'active' and query like 'select pg_sleep%'`,
        );
        return over;
      });
      await refused;
      expect(await run(whose, 1)).toEqual([{ tenant, number: 1 }]);
    }
  });
});
