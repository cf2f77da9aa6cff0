import { describe, expect, it } from "@jest/globals";
import type { Database } from "../../core/database.ts";
import { newId, type DepartmentId, type TenantId } from "../../core/ids.ts";
import { createDepartmentNames } from "./model-servers.ts";

describe("the names of departments that models are chosen by", () => {
  const [acme, globex] = [newId<TenantId>(), newId<TenantId>()];
  const hr = newId<DepartmentId>();
  const callOf = (tenantId: TenantId, departmentId: DepartmentId | null) => ({
    tenantId,
    departmentId,
    userId: null,
    urgency: "batch" as const,
  });
  let reads = 0;
  const database: Pick<Database, "tenants" | "withTenant"> = {
    tenants: async () => [
      { id: acme, slug: "acme" },
      { id: globex, slug: "globex" },
    ],
    withTenant: async (tenant, work) => {
      reads += 1;
      const departments = tenant === acme ? [{ id: hr, slug: "human-resources" }] : [];
      const stores = { members: { departments: async () => departments } };
      return await work(stores as unknown as Parameters<typeof work>[0]);
    },
  };

  it("are the company's and the department's, read once for many calls, and of no other company", async () => {
    const nameOf = createDepartmentNames(database);
    expect(await nameOf(callOf(acme, null))).toBeNull();
    expect(reads).toBe(0);
    for (let turn = 0; turn < 3; turn += 1)
      expect(await nameOf(callOf(acme, hr))).toBe("acme/human-resources");
    expect(reads).toBe(1);
    expect(await nameOf(callOf(globex, hr))).toBeNull();
    expect(await nameOf(callOf(newId<TenantId>(), hr))).toBeNull();
  });
});
