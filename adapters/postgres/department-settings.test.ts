import { afterAll, beforeAll, expect, it } from "@jest/globals";
import pg from "pg";
import { noApproval } from "../../core/approvals/policy.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { departmentOf } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createPool } from "./pool.ts";
import { provisionCompany } from "./provision.ts";

let server: TestDatabase;
let pool: pg.Pool;
let owner: pg.Client;

beforeAll(async () => {
  server = await testDatabase();
  pool = createPool(server.appUrl, 1, silentLogger, amplyMs);
  owner = new pg.Client({ connectionString: server.ownerUrl });
  await owner.connect();
}, 180_000);
afterAll(async () => {
  await owner.end();
  await pool.end();
  await server.close();
});

it("lets no answer out unseen where a department's policy cannot be read, and says so once", async () => {
  const company = await provisionCompany(server.ownerUrl, smallCompany("later"), { localAccounts: true });
  const operations = departmentOf(company, "operations");
  await owner.query("update departments set approval_policy = $2, calibration = $3 where id = $1", [
    operations,
    { required_for: "none", of_a_later_version: true },
    { points: "many" },
  ]);
  const told: unknown[] = [];
  const logger = { ...silentLogger, error: (_: string, facts?: object) => told.push(facts) };
  const database = createDatabase(pool, logger);
  for (const _ of [1, 2]) {
    const departments = await database.withTenant(company.tenantId, ({ members }) => members.departments());
    expect(departments.find(({ id }) => id === operations)).toMatchObject({
      approval: { ...noApproval, required_for: "all" },
      calibration: null,
    });
    expect(departments.find(({ slug }) => slug === "finance")?.approval.required_for).toBe("none");
  }
  expect(told).toMatchObject([
    { department: operations, column: "approval_policy" },
    { department: operations, column: "calibration" },
  ]);
  await database.close();
});
