import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import type { Dispatch, NewDispatch } from "../../core/dispatch/dispatch.ts";
import type { DispatchStore } from "../../core/dispatch/dispatch-store.ts";
import { type ConnectionId, type DispatchId, type EscalationLinkId, newId } from "../../core/ids.ts";
import { sampleConnection, sampleDispatch } from "../support/sample-raise.ts";
import { pause } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Both are longer than any machine stands still. */
const held = 600_000;
const probe = 1_200_000;
const told = (event: AuditEvent["event"]): readonly AuditEvent[] => [
  { event, status: "error", userId: null, resourceType: "dispatch" },
];

/** How calls to outside systems are made: one after the other within a subject. */
export function dispatchStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`dispatches: ${name}`, () => {
    let tenant: TenantUnderTest;
    let connectionId: ConnectionId;
    let linkId: EscalationLinkId;
    const subject = (): string => `${connectionId}/${linkId}`;
    const dispatches = <T>(work: (store: DispatchStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.dispatches));
    const written = async (change: Partial<NewDispatch> = {}): Promise<NewDispatch> => {
      const dispatch = sampleDispatch(connectionId, { linkId, ...change });
      await dispatches((store) => store.write([dispatch]));
      return dispatch;
    };
    const take = (leaseMs = held, of = subject()): Promise<Dispatch | null> =>
      dispatches((store) => store.take(of, leaseMs, probe));
    const taken = async (leaseMs = held): Promise<Dispatch> => {
      const dispatch = await take(leaseMs);
      if (!dispatch) throw new Error("nothing to take");
      return dispatch;
    };
    const fail = (
      { id, attempt }: Pick<Dispatch, "id" | "attempt">,
      failure: Partial<Parameters<DispatchStore["failed"]>[2]> = {},
    ) =>
      dispatches((store) =>
        store.failed(
          id,
          attempt,
          { error: "away", retryMs: 0, undone: false, ...failure },
          told("dispatch.given_up"),
        ),
      );
    const connect = async (): Promise<ConnectionId> => {
      const connection = sampleConnection();
      await tenant.stores(({ connections }) => connections.add(connection, []));
      return connection.id;
    };
    const eventsOf = async (id: string): Promise<readonly string[]> => {
      const { items } = await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 200 }));
      return items.filter(({ resourceId }) => resourceId === id).map(({ event }) => event);
    };
    beforeAll(async () => {
      tenant = await open().tenant();
    });
    beforeEach(async () => {
      connectionId = await connect();
      linkId = newId<EscalationLinkId>();
    });

    it("hands out a subject's calls in the order of their writing, each after the one before is done", async () => {
      const calls = [1, 2, 3].map((n) =>
        sampleDispatch(connectionId, {
          linkId,
          body: { kind: "ticket_comment", linkId, by: "Sam", text: String(n) },
        }),
      );
      await dispatches((store) => store.write(calls.slice(0, 2)));
      await dispatches((store) => store.write(calls.slice(2)));
      const seen: unknown[] = [];
      const more: boolean[] = [];
      for (let call = await take(); call; call = await take()) {
        const { id, attempt, body } = call;
        seen.push(body);
        expect(await take()).toBeNull();
        more.push((await dispatches((store) => store.done(id, attempt))).more);
      }
      expect(seen).toEqual(calls.map(({ body }) => body));
      expect(more).toEqual([true, true, false]);
    });

    it("tells what it hands out", async () => {
      const { id, body } = await written();
      const before = Date.now();
      const call = await taken();
      expect(call).toMatchObject({
        id,
        connectionId,
        subject: subject(),
        body,
        attempt: 1,
        doubtSince: null,
      });
      expect(Math.abs(call.begunAt.getTime() - before)).toBeLessThan(120_000);
      expect(Math.abs(call.createdAt.getTime() - before)).toBeLessThan(120_000);
    });

    it("writes a call of a known id once, with the audit events of the first that is new", async () => {
      const [one, two] = [sampleDispatch(connectionId, { linkId }), sampleDispatch(connectionId, { linkId })];
      const resourceId = newId();
      const event: AuditEvent = {
        event: "escalation.commented",
        status: "success",
        userId: null,
        resourceType: "escalation",
        resourceId,
      };
      await Promise.all(Array.from({ length: 4 }, () => dispatches((store) => store.write([one], [event]))));
      expect(await eventsOf(resourceId)).toHaveLength(1);
      await dispatches((store) => store.write([one, two], [event]));
      expect(await eventsOf(resourceId)).toHaveLength(2);
      expect(await dispatches((store) => store.waiting(linkId))).toBe(2);
      const { id, attempt } = await taken();
      await dispatches((store) => store.done(id, attempt));
      await dispatches((store) => store.write([one]));
      expect(await dispatches((store) => store.waiting(linkId))).toBe(1);
    });

    it("hands out a call when its time has come, and keeps what stands behind it back", async () => {
      await written({ notBefore: new Date(Date.now() + held) });
      await written();
      expect(await take()).toBeNull();
      linkId = newId<EscalationLinkId>();
      await written({ notBefore: new Date(Date.now() + 20) });
      await written();
      await pause(40);
      expect((await taken()).attempt).toBe(1);
      expect(await take()).toBeNull();
    });

    it("gives a call to one of many takers, and subjects to several at once", async () => {
      await written();
      const others = newId<EscalationLinkId>();
      await dispatches((store) => store.write([sampleDispatch(connectionId, { linkId: others })]));
      const takers = await Promise.all(Array.from({ length: 6 }, () => take()));
      expect(takers.filter((taker) => taker !== null)).toHaveLength(1);
      expect(await take(held, `${connectionId}/${others}`)).not.toBeNull();
    });

    it("hands a call over when its holder is gone, and does not listen to that one any more", async () => {
      await written();
      const early = await taken(1);
      await pause(10);
      const late = await taken();
      expect(late.attempt).toBe(2);
      const asEarly = <T>(work: (store: DispatchStore, id: DispatchId, attempt: number) => Promise<T>) =>
        dispatches((store) => work(store, early.id, early.attempt));
      expect(await asEarly((store, id, attempt) => store.extend(id, attempt, held))).toBe(false);
      expect(await asEarly((store, id, attempt) => store.begin(id, attempt))).toBe(false);
      expect(await asEarly((store, id, attempt) => store.done(id, attempt))).toEqual({ more: true });
      await asEarly((store, id, attempt) => store.postpone(id, attempt, 0, true));
      await fail(early);
      await fail(early, { retryMs: null });
      await pause(2);
      expect(await take()).toBeNull();
      expect(await eventsOf(early.id)).toEqual([]);
      expect(await dispatches((store) => store.extend(late.id, late.attempt, held))).toBe(true);
      expect(await dispatches((store) => store.done(late.id, late.attempt))).toEqual({ more: false });
      expect(await dispatches((store) => store.extend(late.id, late.attempt, held))).toBe(false);
    });

    it("keeps a call for its holder as long as it asks", async () => {
      await written();
      const { id, attempt } = await taken(40);
      expect(await dispatches((store) => store.extend(id, attempt, held))).toBe(true);
      await pause(60);
      expect(await take()).toBeNull();
    });

    it("tries what failed again after its wait, or never, and then what follows goes on", async () => {
      const { id } = await written();
      const next = await written();
      await fail(await taken(), { retryMs: 1 });
      await pause(10);
      const again = await taken();
      expect(again).toMatchObject({ id, attempt: 2 });
      await fail(again, { retryMs: null, error: "gone for good" });
      expect(await eventsOf(id)).toEqual(["dispatch.given_up"]);
      expect((await taken()).id).toBe(next.id);
      const { items } = await dispatches((store) =>
        store.list({ states: ["dead"], connectionId, cursor: null, limit: 10 }),
      );
      expect(items).toMatchObject([{ id, attempts: 2, lastError: "gone for good", nextAttemptAt: null }]);
    });

    it("does not try what failed before its wait is over", async () => {
      await written();
      await fail(await taken(), { retryMs: held });
      await pause(10);
      expect(await take()).toBeNull();
    });

    it("takes what was put off as if it had not been taken", async () => {
      await written();
      const { id, attempt } = await taken();
      await dispatches((store) => store.postpone(id, attempt, 1, false));
      await pause(10);
      expect((await taken()).attempt).toBe(attempt);
      await dispatches((store) => store.postpone(id, attempt, held, false));
      await pause(10);
      expect(await take()).toBeNull();
    });

    it("knows since when nobody knows whether a call came through, unless that attempt surely did nothing", async () => {
      await written();
      const begin = async (): Promise<Dispatch> => {
        const call = await taken();
        expect(await dispatches((store) => store.begin(call.id, call.attempt))).toBe(true);
        return call;
      };
      const first = await begin();
      expect(first.doubtSince).toBeNull();
      await fail(first, { undone: true });
      const second = await begin();
      expect(second.doubtSince).toBeNull();
      await fail(second);
      const third = await taken();
      const since = third.doubtSince;
      expect(since).toBeInstanceOf(Date);
      // It did nothing by itself: what was in doubt before it stays so.
      await dispatches((store) => store.postpone(third.id, third.attempt, 0, true));
      expect((await taken()).doubtSince).toEqual(since);
      await dispatches((store) => store.postpone(third.id, third.attempt, 0, false));
      await pause(5);
      const fourth = await begin();
      expect(fourth.doubtSince).toEqual(since);
      await fail(fourth, { undone: true });
      const fifth = await begin();
      expect(fifth.doubtSince).toEqual(since);
      await fail(fifth);
      expect((await taken()).doubtSince?.getTime()).toBeGreaterThan(since?.getTime() ?? 0);
    });

    it("keeps in doubt what its holder began before it was gone", async () => {
      await written();
      const { id, attempt } = await taken(20);
      await dispatches((store) => store.begin(id, attempt));
      await pause(30);
      expect((await taken()).doubtSince).toBeInstanceOf(Date);
    });

    it("leaves a connection alone that is off, or until its time is over", async () => {
      await written();
      const connection = connectionId;
      const set = (state: "active" | "off") =>
        tenant.stores(({ connections }) => connections.change(connection, { state }, []));
      await set("off");
      expect(await take()).toBeNull();
      await set("active");
      await tenant.stores(({ connections }) => connections.paused(connection, held));
      expect(await take()).toBeNull();
      await tenant.stores(({ connections }) => connections.paused(connection, 1));
      await pause(10);
      expect(await take()).not.toBeNull();
    });

    it("lets one of many subjects try a connection whose time is over, and the others once it works", async () => {
      const links = Array.from({ length: 6 }, () => newId<EscalationLinkId>());
      await dispatches((store) =>
        store.write(links.map((id) => sampleDispatch(connectionId, { linkId: id }))),
      );
      await tenant.stores(({ connections }) => connections.failed(connectionId, "away", () => 30));
      await pause(50);
      const takeAll = () => Promise.all(links.map((id) => take(held, `${connectionId}/${id}`)));
      const first = (await takeAll()).filter((call) => call !== null);
      expect(first).toHaveLength(1);
      expect((await takeAll()).filter((call) => call !== null)).toEqual([]);
      const health = await tenant.stores(({ connections }) => connections.find(connectionId));
      expect(health?.health.openUntil?.getTime()).toBeGreaterThan(Date.now() + probe / 2);
      await tenant.stores(({ connections }) => connections.worked(connectionId));
      expect((await takeAll()).filter((call) => call !== null)).toHaveLength(5);
    });

    it("spends the try for all on nothing that is not due", async () => {
      await written({ notBefore: new Date(Date.now() + held) });
      await tenant.stores(({ connections }) => connections.paused(connectionId, 1));
      await pause(10);
      const before = await tenant.stores(({ connections }) => connections.find(connectionId));
      expect(await take()).toBeNull();
      expect(await tenant.stores(({ connections }) => connections.find(connectionId))).toEqual(before);
    });

    it("keeps one connection's trouble from another's calls", async () => {
      await written();
      const broken = connectionId;
      await tenant.stores(({ connections }) => connections.failed(broken, "away", () => held));
      connectionId = await connect();
      await written();
      expect(await take()).not.toBeNull();
      expect(await take(held, `${broken}/${linkId}`)).toBeNull();
    });

    it("has a dead call tried again from the beginning, ahead of what stands behind it", async () => {
      const { id } = await written();
      await written();
      const call = await taken();
      await dispatches((store) => store.begin(call.id, call.attempt));
      await fail(call, { retryMs: null });
      const redeliver = () => dispatches((store) => store.redeliver(id, told("dispatch.redelivered")));
      await pause(5);
      expect(await redeliver()).toBe(subject());
      expect(await redeliver()).toBeNull();
      expect(await eventsOf(id)).toEqual(["dispatch.redelivered", "dispatch.given_up"]);
      const again = await taken();
      expect(again).toMatchObject({ id, attempt: 1 });
      expect(again.doubtSince).toBeInstanceOf(Date);
      expect(again.begunAt.getTime()).toBeGreaterThan(again.createdAt.getTime());
      expect(await dispatches((store) => store.redeliver(newId<DispatchId>(), []))).toBeNull();
    });

    it("lists calls by their states and connection, newest first, in pages", async () => {
      const calls: NewDispatch[] = [];
      for (let n = 0; n < 5; n += 1) {
        calls.push(await written());
        await pause(2);
      }
      const done = await taken();
      await dispatches((store) => store.done(done.id, done.attempt));
      await fail(await taken(), { retryMs: null });
      const page = (
        states: readonly ("pending" | "done" | "dead")[],
        cursor: string | null = null,
        limit = 10,
      ) => dispatches((store) => store.list({ states, connectionId, cursor, limit }));
      const newest = calls.toReversed().map(({ id }) => id);
      expect((await page(["pending", "done", "dead"])).items.map(({ id }) => id)).toEqual(newest);
      const first = await page(["pending", "dead"], null, 3);
      expect(first.items.map(({ id, state }) => [id, state])).toEqual(
        newest.slice(0, 3).map((id) => [id, "pending"]),
      );
      const second = await page(["pending", "dead"], first.nextCursor, 3);
      expect(second).toMatchObject({ items: [{ id: newest[3], state: "dead" }], nextCursor: null });
      const [shown] = first.items;
      expect(shown).toMatchObject({ connectionId, body: calls[4]?.body, attempts: 0, lastError: null });
      expect(shown?.connectionName).toBe(`jira ${connectionId}`);
      expect(shown?.nextAttemptAt).toBeInstanceOf(Date);
      const all = await dispatches((store) =>
        store.list({ states: ["done"], connectionId: null, cursor: null, limit: 100 }),
      );
      expect(all.items.map(({ id }) => id)).toContain(done.id);
      await expect(page(["dead"], "nowhere")).rejects.toMatchObject({ code: "invalid_input" });
    });

    it("counts what waits and what is dead, by connection", async () => {
      await written();
      await written();
      await fail(await taken(), { retryMs: null });
      const counts = await dispatches((store) => store.counts());
      expect(counts.get(connectionId)).toEqual({ pending: 1, dead: 1 });
      expect(counts.get(newId<ConnectionId>())).toBeUndefined();
    });
  });
}
