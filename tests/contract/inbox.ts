import { beforeAll, describe, expect, it } from "@jest/globals";
import { sampleEvent, sampleQuestion } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Events are taken in once, and durably. */
export function inboxContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`inbox: ${name}`, () => {
    let tenant: TenantUnderTest;
    let other: TenantUnderTest;
    beforeAll(async () => {
      tenant = await open().tenant();
      other = await open().tenant();
    });

    it("takes an event in once, whenever it comes again", async () => {
      const question = sampleQuestion(tenant.company, { eventId: "event-1" });
      const again = sampleQuestion(tenant.company, { eventId: "event-1" });
      const together = await Promise.all([open().inbox.receive(question), open().inbox.receive(question)]);
      const later = await open().inbox.receive(again);
      expect(together.map(({ turnId }) => turnId)).toEqual([question.id, question.id]);
      const { conversationId } = question.payload;
      expect(later).toEqual({ turnId: question.id, conversationId, fresh: false });
      const turn = await tenant.stores(({ turns }) => turns.take(question.id, 10_000));
      expect(turn?.question).toBe(question.payload.question);
      expect(await tenant.stores(({ turns }) => turns.take(again.id, 10_000))).toBeNull();
    });

    it("refuses another question under the same event id, also beside it in one batch", async () => {
      const other = { eventId: "event-4", question: "Changed?" };
      const results = await Promise.allSettled([
        open().inbox.receive(sampleQuestion(tenant.company, { eventId: "event-4" })),
        open().inbox.receive(sampleQuestion(tenant.company, other)),
      ]);
      const refusal = { code: "conflict", remedy: expect.any(String) as unknown };
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: refusal });
      const third = { eventId: "event-4", question: "Changed again?" };
      await expect(open().inbox.receive(sampleQuestion(tenant.company, third))).rejects.toMatchObject(
        refusal,
      );
    });

    it("answers the same among repeats in one batch: one is fresh", async () => {
      const questions = Array.from({ length: 5 }, () =>
        sampleQuestion(tenant.company, { eventId: "event-2" }),
      );
      const receipts = await Promise.all(questions.map((question) => open().inbox.receive(question)));
      expect(new Set(receipts.map(({ turnId }) => turnId)).size).toBe(1);
      expect(receipts.filter(({ fresh }) => fresh).length).toBe(1);
    });

    it("keeps channels apart, and tenants", async () => {
      const same = { eventId: "event-3" };
      const receipts = await Promise.all([
        open().inbox.receive(sampleQuestion(tenant.company, { ...same, channel: "web" })),
        open().inbox.receive(sampleQuestion(tenant.company, { ...same, channel: "slack" })),
        open().inbox.receive(sampleQuestion(other.company, { ...same, channel: "web" })),
      ]);
      expect(receipts.map(({ fresh }) => fresh)).toEqual([true, true, true]);
      expect(new Set(receipts.map(({ turnId }) => turnId)).size).toBe(3);
    });

    it("takes in many at once, of any tenant, and loses none", async () => {
      const questions = Array.from({ length: 600 }, (_, number) =>
        sampleQuestion(number % 2 === 0 ? tenant.company : other.company, {
          question: `Question ${String(number)}`,
        }),
      );
      const receipts = await Promise.all(questions.map((question) => open().inbox.receive(question)));
      expect(receipts).toEqual(
        questions.map(({ id, payload: { conversationId } }) => ({ turnId: id, conversationId, fresh: true })),
      );
      const last = questions.at(-1);
      const turn = last && (await other.stores(({ turns }) => turns.take(last.id, 10_000)));
      expect(turn?.question).toBe("Question 599");
    });

    it("tells those whose batch failed, and takes in the next", async () => {
      const broken = sampleQuestion(tenant.company, { question: "Half a character \ud83d" });
      const friend = sampleQuestion(tenant.company);
      const [refused] = await Promise.allSettled([open().inbox.receive(broken)]);
      expect(refused.status).toBe("rejected");
      expect(await open().inbox.receive(friend)).toMatchObject({ turnId: friend.id, fresh: true });
      expect(await tenant.stores(({ turns }) => turns.take(broken.id, 10_000))).toBeNull();
    });

    it("takes a platform's event in once, whenever and however often it comes", async () => {
      const body = { kind: "message", text: "ปั๊ม?" };
      const events = Array.from({ length: 4 }, () => sampleEvent(tenant.company, { eventId: "Ev1", body }));
      const together = await Promise.all(events.map((event) => open().inbox.receiveEvent(event)));
      const [first] = together;
      expect(new Set(together.map(({ id }) => id)).size).toBe(1);
      expect(together.filter(({ fresh }) => fresh)).toHaveLength(1);
      const late = await open().inbox.receiveEvent(sampleEvent(tenant.company, { eventId: "Ev1" }));
      expect(late).toEqual({ id: first?.id, fresh: false });
      const taken = first && (await tenant.stores(({ events: store }) => store.take(first.id, 10_000)));
      expect(taken).toMatchObject({ channel: "slack", body, attempt: 1 });
      if (first) await tenant.stores(({ events: store }) => store.settle(first.id, 1));
      const afterwards = await open().inbox.receiveEvent(sampleEvent(tenant.company, { eventId: "Ev1" }));
      expect(afterwards).toEqual({ id: first?.id, fresh: false });
    });

    it("takes in an event with characters that cannot be stored, without them", async () => {
      const body = { text: "Half \ud83d of a \u0000 character", parts: [{ text: "\u0000" }], n: 1, no: null };
      const event = sampleEvent(tenant.company, { body });
      await open().inbox.receiveEvent(event);
      const taken = await tenant.stores(({ events }) => events.take(event.id, 10_000));
      expect(taken?.body).toEqual({
        text: "Half \ufffd of a  character",
        parts: [{ text: "" }],
        n: 1,
        no: null,
      });
    });

    it("takes in questions and events beside each other, of any tenant", async () => {
      const work = Array.from({ length: 300 }, (_, number) => {
        const { company } = number % 2 === 0 ? tenant : other;
        return number % 3 === 0 ? sampleQuestion(company) : sampleEvent(company);
      });
      const receipts = await Promise.all(
        work.map(async (one) => {
          if ("payload" in one) {
            const { turnId, fresh } = await open().inbox.receive(one);
            return { id: turnId, fresh };
          }
          return await open().inbox.receiveEvent(one);
        }),
      );
      expect(receipts).toEqual(work.map(({ id }) => ({ id, fresh: true })));
    });

    it("tells of an event in the audit trail once it is known what it asks", async () => {
      const event = sampleEvent(tenant.company);
      await open().inbox.receiveEvent(event);
      const { items } = await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 1_000 }));
      expect(items.filter(({ resourceId }) => resourceId === event.id)).toEqual([]);
    });

    it("refuses a question under the id of an event", async () => {
      const event = sampleEvent(tenant.company, { channel: "web" });
      await open().inbox.receiveEvent(event);
      const question = sampleQuestion(tenant.company, { eventId: event.eventId });
      await expect(open().inbox.receive(question)).rejects.toMatchObject({ code: "conflict" });
    });
  });
}
