import { afterAll, beforeAll } from "@jest/globals";
import type pg from "pg";
import { silentLogger } from "../../core/logger.ts";
import { databaseContract } from "../../tests/contract/database.ts";
import type { DatabaseUnderTest } from "../../tests/contract/database-under-test.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createInbox } from "./inbox.ts";
import { createPool } from "./pool.ts";
import { provisionCompany } from "./provision.ts";

let server: TestDatabase;
let pool: pg.Pool;
let database: ReturnType<typeof createDatabase>;
let underTest: DatabaseUnderTest;

beforeAll(async () => {
  server = await testDatabase();
  pool = createPool(server.appUrl, 8, silentLogger, amplyMs);
  database = createDatabase(pool);
  let tenants = 0;
  underTest = {
    database,
    inbox: createInbox(pool),
    async tenant() {
      tenants += 1;
      const plan = smallCompany(`company-${String(tenants)}`);
      const company = await provisionCompany(server.ownerUrl, plan, { localAccounts: true });
      return { company, stores: (work) => database.withTenant(company.tenantId, work) };
    },
  };
});
afterAll(async () => {
  await database.close();
  await pool.end();
  await server.close();
});

databaseContract("postgres", () => underTest);
