import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { departmentOf, pause, personOf, type SampleCompany } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import type { Stores } from "../database.ts";
import { newId, type TenantId, type UserId } from "../ids.ts";
import { createPeople } from "./directory.ts";

describe("people", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  let sam: UserId;
  let asked: number;
  beforeEach(() => {
    database = createFakeDatabase();
    company = database.provision(smallCompany());
    sam = personOf(company, "sam");
    asked = 0;
  });
  const counted = {
    withTenant<T>(tenant: TenantId, work: (stores: Stores) => Promise<T>): Promise<T> {
      asked += 1;
      return database.withTenant(tenant, work);
    },
  };
  const members = () => database.tables(company.tenantId).members;

  it("are known with their departments and what they may read", async () => {
    const identity = await createPeople({ database }).identify(company.tenantId, sam);
    expect(identity?.member.id).toBe(sam);
    expect(identity?.departments).toHaveLength(2);
    expect([...(identity?.scope.departments ?? [])]).toEqual([
      [departmentOf(company, "operations"), "confidential"],
    ]);
    expect(await createPeople({ database }).identify(company.tenantId, newId<UserId>())).toBeNull();
  });

  it("are remembered for a while, asked for once by many at a time", async () => {
    const people = createPeople({ database: counted }, { ttlMs: 600_000 });
    await Promise.all(Array.from({ length: 5 }, () => people.identify(company.tenantId, sam)));
    await people.identify(company.tenantId, sam);
    expect(asked).toBe(1);
    const brief = createPeople({ database: counted }, { ttlMs: 10 });
    expect(await brief.identify(company.tenantId, sam)).not.toBeNull();
    members().delete(sam);
    await pause(30);
    expect(await brief.identify(company.tenantId, sam)).toBeNull();
  });

  it("are forgotten on demand, those of other tenants not", async () => {
    const other = database.provision(smallCompany("other"));
    const people = createPeople({ database: counted });
    await people.identify(company.tenantId, sam);
    await people.identify(other.tenantId, personOf(other, "sam"));
    people.forget(company.tenantId);
    await people.identify(company.tenantId, sam);
    await people.identify(other.tenantId, personOf(other, "sam"));
    expect(asked).toBe(3);
  });

  it("are not taken for a person of the same id in another tenant", async () => {
    const other = database.provision(smallCompany("other"));
    const people = createPeople({ database });
    await people.identify(company.tenantId, sam);
    expect(await people.identify(other.tenantId, sam)).toBeNull();
  });

  it("are asked for again where the database was away", async () => {
    const people = createPeople({ database });
    database.breakDown("members");
    await expect(people.identify(company.tenantId, sam)).rejects.toMatchObject({
      code: "database_unavailable",
    });
    database.breakDown();
    expect((await people.identify(company.tenantId, sam))?.member.id).toBe(sam);
  });
});
