import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import type { Handoff, HandoffStore } from "../../core/handoff/handoff.ts";
import {
  type ConversationId,
  type DepartmentId,
  type HandoffId,
  newId,
  type TurnId,
  type UserId,
} from "../../core/ids.ts";
import { departmentOf, personOf, sampleQuestion } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Whom a person asked for in place of the bot, and who holds the thread. */
export function handoffStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`hand-offs: ${name}`, () => {
    let tenant: TenantUnderTest;
    let sam: UserId;
    let ada: UserId;
    let fay: UserId;
    let conversationId: ConversationId;
    const handoffs = <T>(work: (store: HandoffStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.handoffs));
    const told = (event: AuditEvent["event"]): readonly AuditEvent[] => [
      { event, status: "success", userId: sam, resourceType: "handoff" },
    ];
    const eventsOf = async (id: HandoffId): Promise<readonly string[]> =>
      (await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 200 }))).items
        .filter(({ resourceId }) => resourceId === id)
        .map(({ event }) => event)
        .toReversed();
    const asked = async (departmentId: DepartmentId | null = null, shared = true): Promise<TurnId> => {
      const question = sampleQuestion(tenant.company, { conversationId, channel: "slack" });
      const address = { user: "U1", team: "T1" };
      await open().inbox.receive({
        ...question,
        payload: { ...question.payload, departmentId, address, shared },
      });
      await tenant.stores(({ turns }) => turns.take(question.id, 10_000));
      return question.id;
    };
    const opened = async (turnId: TurnId, requestedBy = sam) =>
      handoffs((store) =>
        store.open({ id: newId<HandoffId>(), turnId, requestedBy }, told("handoff.requested")),
      );
    const take = (id: HandoffId, by: UserId): Promise<Handoff | null> =>
      handoffs((store) => store.take(id, by, told("handoff.taken")));
    const giveBack = (id: HandoffId, by: UserId): Promise<Handoff | null> =>
      handoffs((store) => store.giveBack(id, by, told("handoff.returned")));
    const holder = async (): Promise<UserId | null> =>
      (await tenant.stores(({ threads }) => threads.find(conversationId)))?.heldBy?.id ?? null;
    beforeAll(async () => {
      tenant = await open().tenant();
      sam = personOf(tenant.company, "sam");
      ada = personOf(tenant.company, "ada");
      fay = personOf(tenant.company, "fay");
    });
    beforeEach(() => {
      conversationId = newId<ConversationId>();
    });

    it("opens one for a turn, whoever asks and however often", async () => {
      const operations = departmentOf(tenant.company, "operations");
      const turnId = await asked(operations);
      const requests = await Promise.all([opened(turnId), opened(turnId), opened(turnId, ada)]);
      const [first] = requests.filter(({ fresh }) => fresh);
      expect(requests.filter(({ fresh }) => fresh)).toHaveLength(1);
      if (!first) throw new Error("none was opened");
      for (const { handoff } of requests) expect(handoff).toEqual(first.handoff);
      expect(first.handoff).toMatchObject({
        turnId,
        conversationId,
        channel: "slack",
        threadKey: `slack:${conversationId}`,
        shared: true,
        address: { user: "U1", team: "T1" },
        departmentId: operations,
        question: "How do I start the pump?",
        state: "open",
        takenBy: null,
        takenByName: null,
      });
      const names = new Map([
        [sam, "Sam Staff"],
        [ada, "Ada Admin"],
      ]);
      expect(first.handoff.requestedByName).toBe(names.get(first.handoff.requestedBy));
      expect(await eventsOf(first.handoff.id)).toEqual(["handoff.requested"]);
      expect(await handoffs((store) => store.find(first.handoff.id))).toEqual(first.handoff);
      expect(await handoffs((store) => store.find(newId<HandoffId>()))).toBeNull();
    });

    it("is refused for a turn that there is not", async () => {
      await expect(opened(newId<TurnId>())).rejects.toMatchObject({ code: "not_found" });
    });

    it("is taken by one of many, who holds the thread until they give it back", async () => {
      const { handoff } = await opened(await asked());
      expect(await holder()).toBeNull();
      const takers = await Promise.all([ada, fay, ada, fay].map((by) => take(handoff.id, by)));
      const [taken] = takers.filter((taker) => taker !== null);
      expect(takers.filter((taker) => taker !== null)).toHaveLength(1);
      if (!taken?.takenBy) throw new Error("nobody took it");
      expect(taken.state).toBe("taken");
      expect(taken.takenByName).toBe(taken.takenBy === ada ? "Ada Admin" : "Fay Finance");
      expect(await holder()).toBe(taken.takenBy);
      expect(await giveBack(handoff.id, taken.takenBy === ada ? fay : ada)).toBeNull();
      expect(await holder()).toBe(taken.takenBy);
      expect(await giveBack(handoff.id, taken.takenBy)).toMatchObject({ state: "closed" });
      expect(await holder()).toBeNull();
      expect(await giveBack(handoff.id, taken.takenBy)).toBeNull();
      expect(await take(handoff.id, ada)).toBeNull();
      expect(await eventsOf(handoff.id)).toEqual(["handoff.requested", "handoff.taken", "handoff.returned"]);
    });

    it("is opened anew after it was given back, once, and what was closed stays closed", async () => {
      const turnId = await asked(departmentOf(tenant.company, "operations"));
      const { handoff: first } = await opened(turnId);
      await take(first.id, ada);
      expect((await opened(turnId)).fresh).toBe(false);
      await giveBack(first.id, ada);
      const requests = await Promise.all([opened(turnId, ada), opened(turnId, ada), opened(turnId, ada)]);
      expect(requests.filter(({ fresh }) => fresh)).toHaveLength(1);
      const [{ handoff: second }] = requests;
      for (const { handoff } of requests) expect(handoff).toEqual(second);
      expect(second).toMatchObject({ turnId, state: "open", takenBy: null, requestedByName: "Ada Admin" });
      expect(second.id).not.toBe(first.id);
      expect(await handoffs((store) => store.find(first.id))).toMatchObject({
        state: "closed",
        takenBy: ada,
      });
      expect(await take(first.id, fay)).toBeNull();
      expect(await holder()).toBeNull();
      expect(await take(second.id, fay)).toMatchObject({ takenByName: "Fay Finance" });
      expect(await giveBack(first.id, ada)).toBeNull();
      expect(await holder()).toBe(fay);
      expect(await eventsOf(second.id)).toEqual(["handoff.requested", "handoff.taken"]);
    });

    it("is taken and given back without holding a thread that its asker alone sees", async () => {
      const { handoff } = await opened(await asked(null, false));
      const { handoff: other } = await opened(await asked(null, false));
      expect(handoff.shared).toBe(false);
      expect(await take(handoff.id, ada)).toMatchObject({ state: "taken", takenBy: ada, shared: false });
      await take(other.id, ada);
      expect(await holder()).toBeNull();
      expect(await giveBack(handoff.id, ada)).toMatchObject({ state: "closed" });
      expect(await holder()).toBeNull();
    });

    it("keeps a thread held while another of its questions is taken over", async () => {
      const { handoff: one } = await opened(await asked());
      const { handoff: two } = await opened(await asked());
      await take(one.id, ada);
      await take(two.id, fay);
      expect(await holder()).toBe(fay);
      await giveBack(two.id, fay);
      expect(await holder()).toBe(ada);
      await giveBack(one.id, ada);
      expect(await holder()).toBeNull();
    });

    it("lists what waits for a person: open ones of their departments, and those they took", async () => {
      const other = await open().tenant();
      const operations = departmentOf(tenant.company, "operations");
      const finance = departmentOf(tenant.company, "finance");
      const ids: HandoffId[] = [];
      for (const department of [operations, finance, null]) {
        conversationId = newId<ConversationId>();
        ids.push((await opened(await asked(department))).handoff.id);
      }
      const [inOperations, inFinance, inNone] = ids;
      const waiting = async (
        user: UserId,
        departments: readonly (DepartmentId | null)[],
        limit = 50,
        of = tenant,
      ) =>
        (await of.stores((stores) => stores.handoffs.waitingFor(user, departments, limit)))
          .map(({ id }) => id)
          .filter((id) => ids.includes(id));
      expect(await waiting(ada, [operations, finance, null])).toEqual(ids);
      expect(await waiting(ada, [finance])).toEqual([inFinance]);
      expect(await waiting(ada, [null])).toEqual([inNone]);
      expect(await waiting(ada, [])).toEqual([]);
      expect(await waiting(ada, [operations, finance, null], 50, other)).toEqual([]);
      if (inOperations === undefined) throw new Error("none was opened");
      await take(inOperations, fay);
      expect(await waiting(fay, [finance])).toEqual([inOperations, inFinance]);
      expect(await waiting(ada, [operations, finance])).toEqual([inFinance]);
      expect(await handoffs((store) => store.waitingFor(ada, [operations, finance, null], 1))).toHaveLength(
        1,
      );
      await giveBack(inOperations, fay);
      expect(await waiting(fay, [operations])).toEqual([]);
    });

    it("names the people who may take it over: leads, and members who are approvers", async () => {
      const experts = (department: DepartmentId | null) => handoffs((store) => store.experts(department));
      expect(await experts(departmentOf(tenant.company, "operations"))).toEqual([
        { id: ada, name: "Ada Admin" },
      ]);
      expect(await experts(departmentOf(tenant.company, "finance"))).toEqual([
        { id: ada, name: "Ada Admin" },
        { id: fay, name: "Fay Finance" },
      ]);
      expect(await experts(null)).toEqual([{ id: fay, name: "Fay Finance" }]);
      expect(await experts(newId<DepartmentId>())).toEqual([]);
    });
  });
}
