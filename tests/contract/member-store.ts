import { beforeAll, describe, expect, it } from "@jest/globals";
import { type ApprovalPolicyText, approvalPolicy, noApproval } from "../../core/approvals/policy.ts";
import { escalationPolicy, type EscalationPolicyText, noEscalation } from "../../core/escalation/policy.ts";
import { type DepartmentId, newId, type UserId } from "../../core/ids.ts";
import type { WhichPeople } from "../../core/identity/member-store.ts";
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

    it("finds people by their ids and by words, of the own company alone", async () => {
      const find = (which: WhichPeople, atMost = 10) =>
        tenant.stores(({ members }) => members.people(which, atMost));
      const [ada, sam] = [personOf(tenant.company, "ada"), personOf(tenant.company, "sam")];
      expect(await find({ ids: [sam, ada, personOf(other.company, "vic"), newId<UserId>()] })).toEqual([
        { id: ada, name: "Ada Admin", email: expect.stringMatching(/^ada@/) as unknown },
        { id: sam, name: "Sam Staff", email: expect.stringMatching(/^sam@/) as unknown },
      ]);
      expect((await find({ words: "STAFF" })).map(({ id }) => id)).toEqual([sam]);
      expect((await find({ words: "sam@" })).map(({ id }) => id)).toEqual([sam]);
      expect(await find({ words: "%" })).toEqual([]);
      expect(await find({ words: "a" }, 2)).toHaveLength(2);
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

    it("knows when the company's days begin", async () => {
      expect(await tenant.stores(({ members }) => members.timeZone())).toBe("Asia/Bangkok");
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

    it("keeps when a human approves a department's answers, and what decisions say of its confidence", async () => {
      const [operations, finance] = [
        departmentOf(tenant.company, "operations"),
        departmentOf(tenant.company, "finance"),
      ];
      const kept = async (id: DepartmentId) => {
        const departments = await tenant.stores(({ members }) => members.departments());
        const { approval, calibration } = departments.find((department) => department.id === id) ?? {};
        return { approval, calibration };
      };
      const none = { approval: noApproval, calibration: null };
      expect(await kept(operations)).toEqual(none);
      expect((await kept(finance)).approval).toEqual({ ...noApproval, auto_approve_confidence: 0.9 });
      const audit = [
        { event: "approval.policy_changed", status: "success", userId: null, resourceType: "department" },
      ] as const;
      const set = (policy: ApprovalPolicyText, id = operations, by = tenant) =>
        by.stores(({ members }) => members.setApprovalPolicy(id, policy, audit));
      expect(await set({ required_for: "all", levels: [{ required: 2 }] })).toBe(true);
      const changed = approvalPolicy.parse({ required_for: "all", levels: [{ required: 2 }] });
      expect(await kept(operations)).toEqual({ approval: changed, calibration: null });
      expect((await kept(finance)).approval).toEqual({ ...noApproval, auto_approve_confidence: 0.9 });
      expect(await set({}, newId<DepartmentId>())).toBe(false);
      expect(await set({}, operations, other)).toBe(false);
      const { items } = await tenant.stores((stores) => stores.audit.list({ cursor: null, limit: 50 }));
      expect(items.filter(({ event }) => event === "approval.policy_changed")).toMatchObject([
        { resourceId: operations },
      ]);
      const calibration = { points: [{ confidence: 0.5, probability: 0.75 }], labels: 2 };
      await tenant.stores(({ members }) => members.setCalibration(operations, calibration));
      expect(await kept(operations)).toEqual({ approval: changed, calibration });
      await tenant.stores(({ members }) => members.setCalibration(operations, null));
      expect(await set({})).toBe(true);
      expect(await kept(operations)).toEqual(none);
    });

    it("keeps what of a department's questions escalates", async () => {
      const operations = departmentOf(tenant.company, "operations");
      const kept = async () => {
        const departments = await tenant.stores(({ members }) => members.departments());
        return departments.find(({ id }) => id === operations)?.escalation;
      };
      expect(await kept()).toEqual(noEscalation);
      const audit = [
        { event: "escalation.policy_changed", status: "success", userId: null, resourceType: "department" },
      ] as const;
      const set = (policy: EscalationPolicyText, id = operations, by = tenant) =>
        by.stores(({ members }) => members.setEscalationPolicy(id, policy, audit));
      const wanted = { on: { overdue: "ticket" }, ticket: { connection: "Jira", project: "OPS" } } as const;
      expect(await set(wanted)).toBe(true);
      expect(await kept()).toEqual(escalationPolicy.parse(wanted));
      expect(await set({}, newId<DepartmentId>())).toBe(false);
      expect(await set({}, operations, other)).toBe(false);
      expect(await kept()).toEqual(escalationPolicy.parse(wanted));
      const { items } = await tenant.stores((stores) => stores.audit.list({ cursor: null, limit: 50 }));
      expect(items.filter(({ event }) => event === "escalation.policy_changed")).toMatchObject([
        { resourceId: operations },
      ]);
      expect(await set({})).toBe(true);
      expect(await kept()).toEqual(noEscalation);
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
