import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../../tests/fakes/database/database.ts";
import { until } from "../../../tests/support/sample-work.ts";
import { smallCompany } from "../../../tests/support/small-company.ts";
import { newId, type TenantId } from "../../../core/ids.ts";
import { silentLogger } from "../../../core/logger.ts";
import { connectConfiguredTenant } from "./connect-tenant.ts";
import { createTenantFinder } from "./tenant-finder.ts";

const msTenantId = "a1b2c3d4-0000-0000-0000-000000000000";

describe("the Microsoft tenant of the configuration", () => {
  let database: FakeDatabase;
  beforeEach(() => {
    database = createFakeDatabase();
  });
  const connect = (tenantSlug?: string) =>
    connectConfiguredTenant(
      { database, logger: silentLogger },
      { appId: "app", msTenantId, tenantSlug, retryMs: 5 },
    );
  const owner = () => database.tenantOfWorkspace("teams", msTenantId);

  it("becomes the only company's, once", async () => {
    const { tenantId } = database.provision(smallCompany());
    await connect();
    await connect();
    expect(await owner()).toBe(tenantId);
    expect(database.tables(tenantId).audit.map(({ event }) => event.event)).toEqual(["channel.installed"]);
  });

  it("becomes the named company's, and stays so where none is named", async () => {
    database.provision(smallCompany("one"));
    const { tenantId } = database.provision(smallCompany("two"));
    await expect(connect()).rejects.toMatchObject({ code: "configuration_invalid" });
    await connect("two");
    await connect();
    expect(await owner()).toBe(tenantId);
  });

  it("is refused to another company, and to one that is not here", async () => {
    database.provision(smallCompany("one"));
    database.provision(smallCompany("two"));
    await connect("two");
    await expect(connect("one")).rejects.toMatchObject({ code: "configuration_invalid" });
    await expect(connect("three")).rejects.toMatchObject({
      code: "configuration_invalid",
      remedy: "Set it to one of: one, two.",
    });
  });

  it("waits for the first company", async () => {
    const { stop } = await connect();
    const { tenantId } = database.provision(smallCompany());
    await until("connected", async () => (await owner()) === tenantId);
    stop();
  });
});

describe("whose a Microsoft tenant is", () => {
  it("is remembered, and asked again after a fault", async () => {
    let asked = 0;
    let fault: Error | null = new Error("away");
    const find = createTenantFinder({
      database: {
        tenantOfWorkspace: () => {
          asked += 1;
          return fault ? Promise.reject(fault) : Promise.resolve(null);
        },
      },
    });
    await expect(find("x")).rejects.toThrow("away");
    fault = null;
    expect(await find("x")).toBeNull();
    expect(await find("x")).toBeNull();
    expect(asked).toBe(2);
  });

  it("is asked again within seconds, since it may be given to another company", async () => {
    const [first, other] = [newId<TenantId>(), newId<TenantId>()];
    let owner = first;
    const find = createTenantFinder({ database: { tenantOfWorkspace: () => Promise.resolve(owner) } });
    const now = performance.now();
    const clock = jest.spyOn(performance, "now").mockReturnValue(now);
    try {
      expect(await find("x")).toBe(first);
      owner = other;
      await delay(5);
      clock.mockReturnValue(now + 3_000);
      expect(await find("x")).toBe(first);
      await delay(5);
      clock.mockReturnValue(now + 6_000);
      expect(await find("x")).toBe(other);
    } finally {
      clock.mockRestore();
    }
  });
});
