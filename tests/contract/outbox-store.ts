import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Delivery, OutboxStore } from "../../core/delivery/outbox.ts";
import { type ConversationId, newId } from "../../core/ids.ts";
import { pause, sampleEnd, sampleQuestion } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

const held = 10_000;

/** How messages leave: one after the other within a thread. */
export function outboxStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`outbox: ${name}`, () => {
    let tenant: TenantUnderTest;
    let conversationId: ConversationId;
    const thread = (): string => `web:${conversationId}`;
    const outbox = <T>(work: (store: OutboxStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.outbox));
    const take = (leaseMs = held): Promise<Delivery | null> =>
      outbox((store) => store.take(thread(), leaseMs));
    const textOf = (delivery: Delivery | null): string | undefined =>
      delivery?.message.kind === "reply" ? delivery.message.reply.text : undefined;
    /** Writes a message; the first of a thread comes back taken, and its lease ends at once here. */
    const written = async (text: string): Promise<void> => {
      const question = sampleQuestion(tenant.company, { conversationId });
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, held));
      await tenant.stores(({ turns }) =>
        turns.end(question.id, sampleEnd(question.id, { text, leaseMs: 0 })),
      );
      await pause(2);
    };
    beforeAll(async () => {
      tenant = await open().tenant();
    });
    beforeEach(() => {
      conversationId = newId<ConversationId>();
    });

    it("hands out a thread's messages in the order of their writing, each after the one before is posted", async () => {
      for (const text of ["one", "two", "three"]) await written(text);
      const seen: (string | undefined)[] = [];
      for (let delivery = await take(); delivery; delivery = await take()) {
        const { id } = delivery;
        seen.push(textOf(delivery));
        expect(await take()).toBeNull();
        await outbox((store) => store.posted(id, { ts: "1" }));
      }
      expect(seen).toEqual(["one", "two", "three"]);
    });

    it("gives a message to one of many takers", async () => {
      await written("one");
      const takers = await Promise.all(Array.from({ length: 6 }, () => take()));
      expect(takers.filter((taker) => taker !== null).length).toBe(1);
    });

    it("hands a message over when its holder is gone, counting the attempts", async () => {
      await written("one");
      expect((await take(1))?.attempt).toBe(2);
      await pause(10);
      expect((await take())?.attempt).toBe(3);
      expect(await take()).toBeNull();
    });

    it("waits before it tries again", async () => {
      await written("one");
      const delivery = await take();
      if (!delivery) throw new Error("nothing to take");
      await outbox((store) => store.failed(delivery.id, delivery.attempt, "away", 60));
      expect(await take()).toBeNull();
      await pause(80);
      expect((await take())?.id).toBe(delivery.id);
    });

    it("goes on with the next message where one is given up", async () => {
      await written("one");
      await written("two");
      const first = await take();
      if (!first) throw new Error("nothing to take");
      await outbox((store) => store.failed(first.id, first.attempt, "gone", null));
      expect(textOf(await take())).toBe("two");
    });

    it("does not listen to a holder that was replaced", async () => {
      await written("one");
      const early = await take(1);
      await pause(10);
      const late = await take();
      if (!early || !late) throw new Error("nothing to take");
      await outbox((store) => store.failed(early.id, early.attempt, "slow", 0));
      await outbox((store) => store.failed(early.id, early.attempt, "slow", null));
      expect(await take()).toBeNull();
      await outbox((store) => store.posted(late.id, {}));
      await pause(2);
      expect(await take()).toBeNull();
    });

    it("gives the next message of a thread that is empty again to its writer", async () => {
      await written("one");
      const delivery = await take();
      if (!delivery) throw new Error("nothing to take");
      await outbox((store) => store.posted(delivery.id, {}));
      await outbox((store) => store.posted(delivery.id, {}));
      const question = sampleQuestion(tenant.company, { conversationId });
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, held));
      const end = await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id)));
      expect(end?.delivery).not.toBeNull();
    });
  });
}
