import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { personOf, type SampleCompany, sampleUpload, until } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { createPeople, type Identity } from "../identity/directory.ts";
import { waitForIngestion } from "./ingestion-progress.ts";

describe("waiting for documents", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  let ada: Identity;
  let told: number[];
  beforeEach(async () => {
    database = createFakeDatabase();
    company = database.provision(smallCompany());
    const found = await createPeople({ database }).identify(company.tenantId, personOf(company, "ada"));
    if (!found) throw new Error("there is no Ada");
    ada = found;
    told = [];
    await database.withTenant(company.tenantId, ({ documents }) =>
      documents.register(sampleUpload(company), []),
    );
  });
  const wait = (limitMs: number): Promise<boolean> =>
    waitForIngestion({ database }, ada, { limitMs, onProgress: (left) => void told.push(left) });
  const readAll = (): void => {
    for (const row of database.tables(company.tenantId).documents.values())
      row.document = { ...row.document, state: "ready" };
  };

  it("ends once none is on its way, and tells how many are", async () => {
    const waiting = wait(60_000);
    await until("it was told", async () => told.length > 0);
    expect(told[0]).toBe(1);
    readAll();
    expect(await waiting).toBe(true);
  });

  it("waits no longer than it is told", async () => {
    expect(await wait(150)).toBe(false);
  });

  it("bears that the database is away meanwhile, and nothing else", async () => {
    const { withTenant } = database;
    let asked = 0;
    database.breakDown("library");
    const counting = {
      withTenant: ((...input) => ((asked += 1), withTenant(...input))) as typeof withTenant,
    };
    const progress = { limitMs: 60_000, onProgress: () => undefined };
    const waiting = waitForIngestion({ database: counting }, ada, progress);
    await until("it was asked twice", async () => asked > 1);
    database.breakDown();
    readAll();
    expect(await waiting).toBe(true);
    const broken = { withTenant: () => Promise.reject(new TypeError("a bug")) };
    await expect(waitForIngestion({ database: broken }, ada, progress)).rejects.toThrow("a bug");
  });
});
