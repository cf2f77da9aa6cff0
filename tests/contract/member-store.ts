import { beforeAll, describe, expect, it } from "@jest/globals";
import { newId, type UserId } from "../../core/ids.ts";
import { departmentOf, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Who people are, and where they belong. */
export function memberStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`members: ${name}`, () => {
    let tenant: TenantUnderTest;
    let other: TenantUnderTest;
    beforeAll(async () => {
      tenant = await open().tenant();
      other = await open().tenant();
    });

    it("knows a person with their departments, and nobody of another company", async () => {
      const ada = personOf(tenant.company, "ada");
      const member = await tenant.stores(({ members }) => members.member(ada));
      expect(member).toMatchObject({ id: ada, tenantId: tenant.company.tenantId, roles: ["admin"] });
      expect(member?.departments).toEqual(
        new Map([
          [departmentOf(tenant.company, "operations"), "lead"],
          [departmentOf(tenant.company, "finance"), "lead"],
        ]),
      );
      expect(await other.stores(({ members }) => members.member(ada))).toBeNull();
      expect(await tenant.stores(({ members }) => members.member(newId<UserId>()))).toBeNull();
    });

    it("ends a person's sessions that began before a moment, and never an earlier one again", async () => {
      const vic = personOf(tenant.company, "vic");
      const validAfter = async () =>
        (await tenant.stores(({ members }) => members.member(vic)))?.sessionsValidAfter;
      const end = (before: Date, store = tenant) =>
        store.stores(({ members, audit }) =>
          members
            .endSessions(vic, before, [{ event: "auth.logout", status: "success", userId: vic }])
            .then(() => audit.list({ cursor: null, limit: 50 })),
        );
      expect(await validAfter()).toBeNull();
      const moment = new Date("2026-01-02T03:04:05.678Z");
      const { items } = await end(moment);
      expect(items.filter(({ event }) => event === "auth.logout")).toMatchObject([{ userId: vic }]);
      expect(await validAfter()).toEqual(moment);
      await end(new Date(moment.getTime() - 1));
      expect(await validAfter()).toEqual(moment);
      await end(new Date(moment.getTime() + 1), other);
      expect(await validAfter()).toEqual(moment);
      const sam = personOf(tenant.company, "sam");
      expect((await tenant.stores(({ members }) => members.member(sam)))?.sessionsValidAfter).toBeNull();
    });

    it("lists the departments by name, and the company's own", async () => {
      const departments = await tenant.stores(({ members }) => members.departments());
      expect(departments).toMatchObject([
        { slug: "finance", audience: "members", guests: false, shareable: false },
        { slug: "operations", audience: "everyone", guests: true, shareable: true },
      ]);
      expect(departments[1]?.exampleQuestions).toEqual(["How do I start the pump?"]);
      expect(await tenant.stores(({ members }) => members.companyName())).toMatch(/^Company /);
    });

    it("offers the local accounts, of every tenant together and of one alone", async () => {
      const mine = await tenant.stores(({ members }) => members.localAccounts());
      expect(mine.length).toBe(4);
      expect(mine.every(({ tenantId }) => tenantId === tenant.company.tenantId)).toBe(true);
      const tenants = new Set((await open().database.localAccounts()).map(({ tenantId }) => tenantId));
      expect([tenant, other].every(({ company }) => tenants.has(company.tenantId))).toBe(true);
      const ids = (await open().database.tenants()).map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining([tenant.company.tenantId, other.company.tenantId]));
    });
  });
}
