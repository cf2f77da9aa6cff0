import { beforeAll, describe, expect, it } from "@jest/globals";
import type { ApprovalStore, Approver } from "../../core/approvals/approval-store.ts";
import { newId, type UserId } from "../../core/ids.ts";
import { departmentOf, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";
import { told } from "./waiting-answers.ts";

/** Who decides, and where and whether they are there. */
export function approverContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`approvers: ${name}`, () => {
    let tenant: TenantUnderTest;
    let ada: UserId;
    let fay: UserId;
    const approvals = <T>(work: (store: ApprovalStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.approvals));
    const names = (people: readonly Approver[]): readonly string[] => people.map((each) => each.name);
    beforeAll(async () => {
      tenant = await open().tenant();
      ada = personOf(tenant.company, "ada");
      fay = personOf(tenant.company, "fay");
    });

    it("are a department's leads, or with them its members who are approvers, or are named", async () => {
      const [operations, finance] = [
        departmentOf(tenant.company, "operations"),
        departmentOf(tenant.company, "finance"),
      ];
      const chosen = async (...values: Parameters<ApprovalStore["approvers"]>) =>
        names(await approvals((store) => store.approvers(...values)));
      expect(await chosen(finance, { role: "lead", emails: [] })).toEqual(["Ada Admin"]);
      expect(await chosen(finance, { role: "approver", emails: [] })).toEqual(["Ada Admin", "Fay Finance"]);
      expect(await chosen(operations, { role: "approver", emails: [] })).toEqual(["Ada Admin"]);
      expect(await chosen(null, { role: "approver", emails: [] })).toEqual(["Fay Finance"]);
      expect(await chosen(null, { role: "lead", emails: [] })).toEqual(["Ada Admin"]);
      expect(await chosen(operations, { emails: [] })).toEqual([]);
      const experts = await tenant.stores(({ handoffs }) => handoffs.experts(finance));
      expect(experts.map((each) => each.name)).toEqual(
        await chosen(finance, { role: "approver", emails: [] }),
      );
      const [vic] = await approvals((store) => store.people([personOf(tenant.company, "vic")]));
      const email = vic?.email ?? "";
      expect(await chosen(operations, { emails: [email.toUpperCase(), "nobody@x.example"] })).toEqual([
        "Vic Viewer",
      ]);
      expect(await chosen(operations, { role: "lead", emails: [email] })).toEqual([
        "Ada Admin",
        "Vic Viewer",
      ]);
    });

    it("are found by their ids, with where they want their cards", async () => {
      const people = () => approvals((store) => store.people([fay, ada, newId<UserId>()]));
      expect(await people()).toMatchObject([
        { id: ada, name: "Ada Admin", channel: null, awayUntil: null, delegate: null },
        { id: fay, name: "Fay Finance", channel: null, awayUntil: null, delegate: null },
      ]);
      await tenant.stores(({ members }) => members.setApprovalChannel(fay, "teams"));
      expect((await people()).map(({ channel }) => channel)).toEqual([null, "teams"]);
      await tenant.stores(({ members }) => members.setApprovalChannel(fay, null));
      expect((await people()).map(({ channel }) => channel)).toEqual([null, null]);
    });

    it("are away until they said, and somebody decides in their place", async () => {
      const away = () => approvals((store) => store.away(ada));
      const set = (value: Parameters<ApprovalStore["setAway"]>[1]) =>
        approvals((store) => store.setAway(ada, value, told("approval.away")));
      expect(await away()).toBeNull();
      const until = new Date(Date.now() + 3_600_000);
      await set({ until, delegate: fay });
      expect(await away()).toEqual({ until, delegate: fay });
      expect(await approvals((store) => store.people([ada]))).toMatchObject([
        { awayUntil: until, delegate: fay },
      ]);
      const finance = departmentOf(tenant.company, "finance");
      expect(
        await approvals((store) => store.approvers(finance, { role: "lead", emails: [] })),
      ).toMatchObject([{ id: ada, awayUntil: until, delegate: fay }]);
      await set({ until: new Date(Date.now() - 1_000), delegate: null });
      expect(await away()).toBeNull();
      expect(await approvals((store) => store.people([ada]))).toMatchObject([
        { awayUntil: null, delegate: null },
      ]);
      await set({ until, delegate: null });
      await set(null);
      await set(null);
      expect(await away()).toBeNull();
      const { items } = await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 50 }));
      const events = items.filter(({ event, resourceId }) => event === "approval.away" && resourceId === ada);
      expect(events).toHaveLength(4);
    });

    it("have signed in when they last did", async () => {
      const signedInAt = () => approvals((store) => store.signedInAt(ada));
      const signIn = (at: Date) => tenant.stores(({ members }) => members.signedIn(ada, at));
      expect(await signedInAt()).toBeNull();
      const at = new Date("2026-11-20T08:30:00.123Z");
      await signIn(at);
      await signIn(new Date(at.getTime() - 1));
      expect(await signedInAt()).toEqual(at);
      expect(await approvals((store) => store.signedInAt(fay))).toBeNull();
    });
  });
}
