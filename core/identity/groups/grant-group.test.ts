import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../../tests/fakes/database/database.ts";
import { departmentOf, type SampleCompany } from "../../../tests/support/sample-work.ts";
import { smallCompany } from "../../../tests/support/small-company.ts";
import { type GrantWish, grantGroup, revokeGroup } from "./grant-group.ts";
import { readGroupId } from "./group-id.ts";

const msTenantId = "9a4b2c1d-0000-4a5b-9c6d-7e8f90123456";
const id = "8f3b2c1d-0000-4a5b-9c6d-7e8f90123456";
const group = `entra:${msTenantId}:${id}` as const;

describe("what a group gives", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  beforeEach(() => {
    database = createFakeDatabase();
    company = database.provision(smallCompany());
  });
  const wish = (change: Partial<GrantWish> = {}): GrantWish => ({
    tenant: company.tenantId,
    group,
    department: "finance",
    role: "member",
    ...change,
  });

  it("is given and taken back once, each with its audit event", async () => {
    expect(await grantGroup({ database }, wish())).toBe(true);
    expect(await grantGroup({ database }, wish())).toBe(false);
    expect(await revokeGroup({ database }, wish({ role: "lead" }))).toBe(false);
    expect(await revokeGroup({ database }, wish())).toBe(true);
    const events = database.tables(company.tenantId).audit.map(({ event }) => event);
    expect(events).toMatchObject([
      {
        event: "admin.group_granted",
        resourceId: departmentOf(company, "finance"),
        metadata: { group, department: "finance", role: "member" },
      },
      { event: "admin.group_revoked" },
    ]);
  });

  it.each([
    [{ department: "sea" }, "department_unknown", "Name one of these: finance, operations."],
    [{ role: "approver" }, "invalid_input", "In a department give member or lead;"],
    [{ department: null }, "invalid_input", "viewer, staff, approver, admin."],
    [{ department: null, role: "guest" }, "invalid_input", "viewer, staff, approver, admin."],
  ])("is not %j", async (change, code, remedy) => {
    await expect(grantGroup({ database }, wish(change))).rejects.toMatchObject({
      code,
      remedy: expect.stringContaining(remedy),
    });
    expect(database.tables(company.tenantId).audit).toEqual([]);
  });
});

describe("a group", () => {
  it.each([
    [group, null],
    [` ${group.toUpperCase()} `, null],
    [id.toUpperCase(), msTenantId],
  ])("is written as %j", (written, configured) => {
    expect(readGroupId(written, configured)).toBe(group);
  });

  it.each([[id], ["controllers"], [`ldap:${msTenantId}:${id}`], [`${group}:more`], [`entra:${id}`]])(
    "is not written as %j where no Microsoft tenant is configured",
    (written) => {
      expect(() => readGroupId(written, null)).toThrow(expect.objectContaining({ code: "invalid_input" }));
    },
  );
});
