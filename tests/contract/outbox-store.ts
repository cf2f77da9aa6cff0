import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import type { Delivery, OutboxStore } from "../../core/delivery/outbox.ts";
import { type ConversationId, type DeliveryId, type HandoffId, newId, type TurnId } from "../../core/ids.ts";
import { pause, personOf, sampleDelivery, sampleEnd, sampleQuestion } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Longer than any machine stands still. */
const held = 600_000;

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
        const { id, attempt } = delivery;
        seen.push(textOf(delivery));
        expect(await take()).toBeNull();
        await outbox((store) => store.posted(id, attempt, { ts: "1" }));
      }
      expect(seen).toEqual(["one", "two", "three"]);
    });

    it("keeps of an address what lasts once the message is closed", async () => {
      const address = { user: "U1", responseUrl: "https://hooks.slack.com/commands/1" };
      const question = sampleQuestion(tenant.company, { conversationId, address });
      await open().inbox.receive(question);
      expect(await tenant.stores(({ turns }) => turns.take(question.id, held))).toMatchObject({ address });
      const end = await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id)));
      expect(end?.delivery).toMatchObject({ address });
      const turn = () => tenant.stores(({ threads }) => threads.turn(question.id));
      expect((await turn())?.address).toEqual(address);
      const { id } = end?.delivery ?? { id: newId<DeliveryId>() };
      await outbox((store) => store.posted(id, 1, {}));
      expect((await turn())?.address).toEqual({ user: "U1" });
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
      await outbox((store) => store.failed(delivery.id, delivery.attempt, "away", 1));
      await pause(10);
      const again = await take();
      expect(again?.id).toBe(delivery.id);
      await outbox((store) => store.failed(delivery.id, again?.attempt ?? 0, "away", held));
      await pause(10);
      expect(await take()).toBeNull();
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
      await outbox((store) => store.posted(late.id, late.attempt, {}));
      await pause(2);
      expect(await take()).toBeNull();
    });

    it("counts a post for the attempt that holds the message, and for no holder that was replaced", async () => {
      await written("one");
      const early = await take(1);
      await pause(10);
      const late = await take(1);
      if (!early || !late) throw new Error("nothing to take");
      expect(await outbox((store) => store.posted(early.id, early.attempt, {}))).toEqual({ more: true });
      await pause(10);
      const last = await take();
      expect(last?.id).toBe(early.id);
      expect(await outbox((store) => store.posted(early.id, last?.attempt ?? 0, {}))).toEqual({
        more: false,
      });
      await pause(2);
      expect(await take()).toBeNull();
    });

    it("keeps a message for whoever holds it as long as that one says so", async () => {
      await written("one");
      const delivery = await take(60);
      if (!delivery) throw new Error("nothing to take");
      const { id, attempt } = delivery;
      expect(await outbox((store) => store.extend(id, attempt, held))).toBe(true);
      await pause(80);
      expect(await take()).toBeNull();
      expect(await outbox((store) => store.extend(id, attempt, 1))).toBe(true);
      await pause(10);
      const late = await take();
      expect(late?.attempt).toBe(attempt + 1);
      expect(await outbox((store) => store.extend(id, attempt, held))).toBe(false);
      await outbox((store) => store.posted(id, attempt + 1, {}));
      expect(await outbox((store) => store.extend(id, attempt + 1, held))).toBe(false);
    });

    it("brings with a turn's message what showed its progress, and with a note nothing", async () => {
      const question = sampleQuestion(tenant.company, { conversationId });
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, held));
      const [one, two, three] = ["1.1", "1.2", "1.3"].map((ts) => ({ channel: "C1", ts }));
      if (!one || !two || !three) throw new Error("nothing was shown");
      const show = (...shown: readonly { channel: string; ts: string }[]): Promise<void> =>
        tenant.stores(({ turns }) => turns.show(question.id, shown));
      await show(one);
      await show(one, two);
      const end = await tenant.stores(({ turns }) =>
        turns.end(question.id, sampleEnd(question.id, { leaseMs: 0 })),
      );
      expect(end?.delivery?.shown).toEqual([one, two]);
      await show(three);
      await pause(2);
      const again = await take();
      expect(again?.shown).toEqual([one, two, three]);
      await outbox((store) => store.posted(again?.id ?? newId(), again?.attempt ?? 0, {}));
      const [plain] = writtenTo(thread(), "note");
      if (!plain) throw new Error("nothing to write");
      const note = { kind: "given_back", by: "Ada" } as const;
      const message = { kind: "note", turnId: question.id, language: "en", note } as const;
      await outbox((store) => store.write([{ ...plain, message }]));
      expect((await take())?.shown).toEqual([]);
    });

    it("brings where parts of a message stand, as was told first, to whoever takes it next", async () => {
      await written("one");
      const early = await take(1);
      if (!early) throw new Error("nothing to take");
      expect(early.placed).toEqual(new Map());
      const place = (activityId: string) => ({ conversationId: "19:x", activityId });
      await outbox((store) => store.keepPlaced(early.id, 0, place("1")));
      await pause(10);
      const late = await take(1);
      expect(late?.placed).toEqual(new Map([[0, place("1")]]));
      await outbox((store) => store.keepPlaced(early.id, 0, place("2")));
      await outbox((store) => store.keepPlaced(early.id, 10, place("3")));
      await outbox((store) => store.keepPlaced(early.id, 1, place("4")));
      await pause(10);
      const last = await take();
      expect(last?.placed).toEqual(
        new Map([
          [0, place("1")],
          [1, place("4")],
          [10, place("3")],
        ]),
      );
      await outbox((store) => store.posted(early.id, last?.attempt ?? 0, {}));
      await outbox((store) => store.keepPlaced(early.id, 2, place("5")));
      expect(await take()).toBeNull();
    });

    it("knows whether another turn of the thread runs, or waits to be answered", async () => {
      const alone = async (delivery: Delivery | null | undefined): Promise<boolean> =>
        (await outbox((store) => store.around(delivery?.id ?? newId()))).alone;
      const begun = async () => {
        const question = sampleQuestion(tenant.company, { conversationId });
        await open().inbox.receive(question);
        await tenant.stores(({ turns }) => turns.take(question.id, held));
        return question;
      };
      const ended = async (question: { readonly id: TurnId }) =>
        (await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id))))?.delivery;
      const first = await ended(await begun());
      expect(await alone(first)).toBe(true);
      const other = await begun();
      expect(await alone(first)).toBe(false);
      expect(await ended(other)).toBeNull();
      expect(await alone(first)).toBe(false);
      await outbox((store) => store.posted(first?.id ?? newId(), 1, {}));
      expect(await alone(await take())).toBe(true);
      expect(await alone(null)).toBe(false);
    });

    it("gives the next message of a thread that is empty again to its writer", async () => {
      await written("one");
      const delivery = await take();
      if (!delivery) throw new Error("nothing to take");
      await outbox((store) => store.posted(delivery.id, delivery.attempt, {}));
      await outbox((store) => store.posted(delivery.id, delivery.attempt, {}));
      const question = sampleQuestion(tenant.company, { conversationId });
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, held));
      const end = await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id)));
      expect(end?.delivery).not.toBeNull();
    });

    const textOfFailure = (delivery: Delivery | null): string | undefined =>
      delivery?.message.kind === "failure" ? delivery.message.message : undefined;
    const writtenTo = (threadKey: string, ...texts: readonly string[]) =>
      texts.map((text) => sampleDelivery({ channel: "web", threadKey, text }));

    it("writes messages of its own to the end of their threads, also of one that no question began", async () => {
      const unknown = `slack:${newId()}`;
      await written("one");
      const address = { user: "U7", team: "T1" };
      const further = [
        ...writtenTo(thread(), "two", "three"),
        sampleDelivery({ threadKey: unknown, text: "hello", address }),
      ];
      await outbox((store) => store.write(further));
      const seen: (string | undefined)[] = [];
      for (let delivery = await take(); delivery; delivery = await take()) {
        const { id, attempt } = delivery;
        seen.push(textOf(delivery) ?? textOfFailure(delivery));
        const { more } = await outbox((store) => store.posted(id, attempt, {}));
        expect(more).toBe(seen.length < 3);
      }
      expect(seen).toEqual(["one", "two", "three"]);
      const lone = await outbox((store) => store.take(unknown, held));
      expect(lone).toMatchObject({ threadKey: unknown, channel: "slack", address, attempt: 1, held: false });
      expect(textOfFailure(lone)).toBe("hello");
      if (lone) await outbox((store) => store.posted(lone.id, lone.attempt, {}));
      expect(await outbox((store) => store.take(unknown, held))).toBeNull();
    });

    it("writes a message of one id once, and counts it once", async () => {
      await written("one");
      const first = await take();
      const [message] = writtenTo(thread(), "two");
      if (!message || !first) throw new Error("nothing to take");
      await Promise.all(Array.from({ length: 4 }, () => outbox((store) => store.write([message]))));
      await outbox((store) => store.write([message]));
      expect(await outbox((store) => store.posted(first.id, first.attempt, {}))).toEqual({ more: true });
      expect((await take())?.id).toBe(message.id);
      expect(await outbox((store) => store.posted(message.id, 1, {}))).toEqual({ more: false });
      await outbox((store) => store.write([message]));
      expect(await take()).toBeNull();
    });

    it("records what it is told with a message that is new, and not again", async () => {
      await written("one");
      const [two, three] = writtenTo(thread(), "two", "three");
      if (!two || !three) throw new Error("nothing to write");
      const resourceId = newId();
      const shared: AuditEvent = {
        event: "chat.shared",
        status: "success",
        userId: personOf(tenant.company, "sam"),
        resourceType: "turn",
        resourceId,
      };
      const recorded = async (): Promise<number> => {
        const { items } = await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 50 }));
        return items.filter((item) => item.resourceId === resourceId).length;
      };
      await Promise.all(Array.from({ length: 4 }, () => outbox((store) => store.write([two], [shared]))));
      await outbox((store) => store.write([two], [shared]));
      expect(await recorded()).toBe(1);
      await outbox((store) => store.write([two, three], [shared]));
      expect(await recorded()).toBe(2);
    });

    it("leaves a turn's message to the thread's worker behind one that was written before", async () => {
      await written("one");
      const first = await take();
      if (first) await outbox((store) => store.posted(first.id, first.attempt, {}));
      await outbox((store) => store.write(writtenTo(thread(), "two")));
      const question = sampleQuestion(tenant.company, { conversationId });
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, held));
      const end = await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id)));
      expect(end).toEqual({ delivery: null });
      expect(textOfFailure(await take())).toBe("two");
    });

    it("knows what waits in a thread before its first question", async () => {
      await outbox((store) => store.write(writtenTo(thread(), "before")));
      const question = sampleQuestion(tenant.company, { conversationId });
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, held));
      const end = await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id)));
      expect(end).toEqual({ delivery: null });
      const before = await take();
      expect(textOfFailure(before)).toBe("before");
      if (before)
        expect(await outbox((store) => store.posted(before.id, before.attempt, {}))).toEqual({ more: true });
      expect(textOf(await take())).toBe("Open the valve first. [1]");
    });

    it("keeps a message that was put off as if it had not been taken, until its time", async () => {
      await written("one");
      const delivery = await take();
      if (!delivery) throw new Error("nothing to take");
      await outbox((store) => store.postpone(delivery.id, delivery.attempt, 1));
      await pause(10);
      const again = await take();
      expect(again).toMatchObject({ id: delivery.id, attempt: delivery.attempt });
      await outbox((store) => store.postpone(delivery.id, delivery.attempt, held));
      await pause(10);
      expect(await take()).toBeNull();
    });

    it("puts nothing off, and gives nothing up, for a holder that holds it no more", async () => {
      await written("one");
      const early = await take(1);
      await pause(10);
      const late = await take();
      if (!early || !late) throw new Error("nothing to take");
      await outbox((store) => store.postpone(early.id, early.attempt, 0));
      await pause(2);
      expect(await take()).toBeNull();
      // Its number is given back: the early holder had the same one, and yet holds nothing.
      await outbox((store) => store.postpone(late.id, late.attempt, 0));
      await outbox((store) => store.failed(early.id, early.attempt, "slow", null));
      await pause(2);
      expect((await take())?.attempt).toBe(late.attempt);
    });

    it("tells who takes a message that a human has taken its thread over", async () => {
      const question = sampleQuestion(tenant.company, { conversationId, shared: true });
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, held));
      const handoff = { id: newId<HandoffId>(), turnId: question.id, requestedBy: question.userId };
      const ada = personOf(tenant.company, "ada");
      await tenant.stores(({ handoffs }) => handoffs.open(handoff, []));
      await tenant.stores(({ handoffs }) => handoffs.take(handoff.id, ada, []));
      const end = await tenant.stores(({ turns }) =>
        turns.end(question.id, sampleEnd(question.id, { leaseMs: 0 })),
      );
      const first = end?.delivery;
      if (!first) throw new Error("nothing to deliver");
      expect(first.held).toBe(true);
      expect((await outbox((store) => store.around(first.id))).held).toBe(true);
      expect(await tenant.stores(({ turns }) => turns.mayShow(question.id, 1))).toBe(false);
      await pause(2);
      const taken = await take();
      expect(taken?.held).toBe(true);
      await outbox((store) => store.withhold(first.id, first.attempt));
      expect(await take()).toBeNull();
      await outbox((store) => store.withhold(first.id, taken?.attempt ?? 0));
      await outbox((store) => store.write(writtenTo(thread(), "note")));
      const next = await take();
      expect(textOfFailure(next)).toBe("note");
      await tenant.stores(({ handoffs }) => handoffs.giveBack(handoff.id, ada, []));
      if (!next) throw new Error("nothing to take");
      expect((await outbox((store) => store.around(next.id))).held).toBe(false);
      expect(await outbox((store) => store.posted(next.id, next.attempt, {}))).toEqual({ more: false });
      const { items } = await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 50 }));
      const told = items.filter(
        ({ event, resourceId }) => event === "chat.delivery" && resourceId === question.id,
      );
      expect(told.map(({ status }) => status)).toEqual(["denied"]);
      expect(told[0]?.metadata).toMatchObject({ message: "answer" });
    });
  });
}
