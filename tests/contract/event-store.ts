import { beforeAll, describe, expect, it } from "@jest/globals";
import { newId, type TurnId } from "../../core/ids.ts";
import type { EventStore } from "../../core/inbox/event-store.ts";
import type { ReceivedEvent } from "../../core/inbox/inbox.ts";
import { pause, sampleEvent, sampleQuestion } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Longer than any machine stands still. */
const held = 600_000;

/** How a platform's events are taken, made questions, settled and put off. */
export function eventStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`events: ${name}`, () => {
    let tenant: TenantUnderTest;
    const events = <T>(work: (store: EventStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.events));
    const received = async (): Promise<ReceivedEvent> => {
      const event = sampleEvent(tenant.company);
      await open().inbox.receiveEvent(event);
      return event;
    };
    const sample = () => {
      const { userId, payload } = sampleQuestion(tenant.company, {
        channel: "slack",
        shared: true,
        address: { user: "U1" },
      });
      return { userId, payload };
    };
    beforeAll(async () => {
      tenant = await open().tenant();
    });

    it("gives an event to one of many takers, as it was sent", async () => {
      const { id, body } = await received();
      const takers = await Promise.all(
        Array.from({ length: 6 }, () => events((store) => store.take(id, held))),
      );
      const [taken, ...others] = takers.filter((taker) => taker !== null);
      expect(others).toEqual([]);
      expect(taken).toMatchObject({
        id,
        tenantId: tenant.company.tenantId,
        channel: "slack",
        body,
        attempt: 1,
      });
      expect(Math.abs((taken?.receivedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it("gives an event whose holder is gone to another, counting the attempts", async () => {
      const { id } = await received();
      await events((store) => store.take(id, 1));
      await pause(10);
      expect((await events((store) => store.take(id, held)))?.attempt).toBe(2);
      expect(await events((store) => store.take(id, held))).toBeNull();
    });

    it("makes a question of it once, which is answered as any other", async () => {
      const { id } = await received();
      await events((store) => store.take(id, held));
      const question = sample();
      const audit = [
        { event: "chat.request", status: "started", userId: question.userId, resourceType: "turn" },
      ] as const;
      expect(await tenant.stores(({ turns }) => turns.take(id, held))).toBeNull();
      const accepted = await Promise.all(
        Array.from({ length: 4 }, () => events((store) => store.accept(id, question, audit))),
      );
      expect(accepted.filter(Boolean)).toHaveLength(1);
      expect(await events((store) => store.accept(id, sample(), audit))).toBe(false);
      expect(await events((store) => store.take(id, held))).toBeNull();
      await events((store) => store.settle(id, 1));
      expect(await events((store) => store.extend(id, 1, held))).toBe(false);
      const { conversationId, threadKey, address } = question.payload;
      expect(await tenant.stores(({ turns }) => turns.take(id, held))).toMatchObject({
        id,
        channel: "slack",
        userId: question.userId,
        conversationId,
        threadKey,
        address,
      });
      const { items } = await tenant.stores((stores) => stores.audit.list({ cursor: null, limit: 50 }));
      expect(items.filter(({ resourceId }) => resourceId === id)).toMatchObject(audit);
    });

    it("does not look again at what is settled", async () => {
      const { id } = await received();
      await events((store) => store.take(id, 0));
      await events((store) => store.settle(id, 1));
      await pause(5);
      expect(await events((store) => store.extend(id, 1, held))).toBe(false);
      expect(await events((store) => store.take(id, held))).toBeNull();
      expect(await events((store) => store.accept(id, sample(), []))).toBe(false);
      expect(await tenant.stores(({ turns }) => turns.take(id, held))).toBeNull();
    });

    it("tries again after the pause that was asked for, unless another attempt has begun", async () => {
      const { id } = await received();
      await events((store) => store.take(id, held));
      await events((store) => store.failed(id, 1, 1));
      await pause(10);
      expect(await events((store) => store.take(id, held))).toMatchObject({ attempt: 2, pauses: 0 });
      await events((store) => store.postpone(id, 2, 1));
      await pause(10);
      expect(await events((store) => store.take(id, held))).toMatchObject({ attempt: 3, pauses: 1 });
      await events((store) => store.postpone(id, 3, held));
      await pause(10);
      expect(await events((store) => store.take(id, held))).toBeNull();
      const { id: other } = await received();
      await events((store) => store.take(other, held));
      await events((store) => store.failed(other, 1, held));
      await pause(10);
      expect(await events((store) => store.take(other, held))).toBeNull();
    });

    it("holds an event for as long as its holder says, and listens to no holder that was replaced", async () => {
      const { id } = await received();
      await events((store) => store.take(id, 30));
      expect(await events((store) => store.extend(id, 1, held))).toBe(true);
      await pause(40);
      expect(await events((store) => store.take(id, held))).toBeNull();
      expect(await events((store) => store.extend(id, 1, 1))).toBe(true);
      await pause(10);
      expect((await events((store) => store.take(id, held)))?.attempt).toBe(2);
      expect(await events((store) => store.extend(id, 1, 0))).toBe(false);
      await events((store) => store.failed(id, 1, 0));
      await events((store) => store.postpone(id, 1, 0));
      await events((store) => store.settle(id, 1));
      await pause(5);
      expect(await events((store) => store.take(id, held))).toBeNull();
      expect(await events((store) => store.accept(id, sample(), []))).toBe(true);
    });

    it("knows neither another tenant's event nor one that never came, nor a question", async () => {
      const other = await open().tenant();
      const foreign = sampleEvent(other.company);
      await open().inbox.receiveEvent(foreign);
      const question = sampleQuestion(tenant.company);
      await open().inbox.receive(question);
      for (const id of [foreign.id, newId<TurnId>(), question.id]) {
        expect(await events((store) => store.take(id, held))).toBeNull();
        expect(await events((store) => store.accept(id, sample(), []))).toBe(false);
        expect(await events((store) => store.extend(id, 0, held))).toBe(false);
        await events((store) => store.settle(id, 0));
        await events((store) => store.postpone(id, 0, held));
        await events((store) => store.failed(id, 0, held));
      }
      expect(await other.stores((stores) => stores.events.take(foreign.id, held))).not.toBeNull();
      expect(await tenant.stores(({ turns }) => turns.take(question.id, held))).not.toBeNull();
    });
  });
}
