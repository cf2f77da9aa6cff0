import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { pause, until } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { newId, type TenantId } from "../ids.ts";
import { type LogFacts, type Logger, silentLogger } from "../logger.ts";
import type { UsageRecord } from "./usage.ts";
import { createUsageLog, type UsageLog, type UsageLogOptions } from "./usage-log.ts";

const used = (): UsageRecord => ({
  id: newId(),
  at: new Date(),
  departmentId: null,
  userId: null,
  urgency: "interactive",
  kind: "chat",
  model: "small",
  outcome: "done",
  promptTokens: 3,
  completionTokens: 1,
  counted: true,
});

describe("the log of what models were used for", () => {
  let database: FakeDatabase;
  let ours: TenantId;
  let theirs: TenantId;
  let told: (readonly [string, LogFacts | undefined])[];
  let writes: number;
  const open = (options: Partial<UsageLogOptions> = {}): UsageLog => {
    const logger: Logger = { ...silentLogger, warn: (message, facts) => told.push([message, facts]) };
    const counted: UsageLogOptions["database"] = {
      withTenant: (tenant, work) => {
        writes += 1;
        return database.withTenant(tenant, work);
      },
    };
    return createUsageLog({ database: counted, logger, ...options });
  };
  const written = (tenant: TenantId): number => database.tables(tenant).usage.size;
  beforeEach(() => {
    [told, writes] = [[], 0];
    database = createFakeDatabase();
    ours = database.provision(smallCompany("ours")).tenantId;
    theirs = database.provision(smallCompany("theirs")).tenantId;
  });

  it("writes in batches, each company's for itself", async () => {
    const log = open({ everyMs: 20 });
    for (let call = 0; call < 30; call += 1) log.note(call % 3 === 0 ? theirs : ours, used());
    expect(writes).toBe(0);
    await until("all is written", async () => written(ours) + written(theirs) === 30);
    expect([written(ours), written(theirs), writes]).toEqual([20, 10, 2]);
    await log.close();
    expect(writes).toBe(2);
  });

  it("writes at once where many wait, and what is left at the end", async () => {
    const log = open({ everyMs: 60_000, atOnce: 10 });
    for (let call = 0; call < 10; call += 1) log.note(ours, used());
    await until("it is written", async () => written(ours) === 10);
    for (let call = 0; call < 25; call += 1) log.note(ours, used());
    await log.close();
    expect([written(ours), writes]).toEqual([35, 4]);
  });

  it("keeps so much while the database is away, and says once how much it dropped", async () => {
    const log = open({ everyMs: 10, atOnce: 5, most: 20 });
    database.breakDown("budgets");
    for (let call = 0; call < 50; call += 1) log.note(ours, used());
    await pause(40);
    expect([written(ours), told]).toEqual([0, []]);
    database.breakDown();
    await until("it is written", async () => written(ours) === 20);
    await log.close();
    expect(told).toEqual([
      ["what models were used for was dropped while the database was away", { records: 30 }],
    ]);
  });

  it("says at the end what it could not write", async () => {
    const log = open();
    database.breakDown("budgets");
    log.note(ours, used());
    await log.close();
    expect(told).toEqual([
      ["what models were used for was dropped while the database was away", { records: 1 }],
    ]);
  });
});
