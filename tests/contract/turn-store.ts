import { beforeAll, describe, expect, it } from "@jest/globals";
import type { TurnStore } from "../../core/conversation/turn-store.ts";
import { type ConversationId, newId, type TurnId } from "../../core/ids.ts";
import type { ReceivedQuestion } from "../../core/inbox/inbox.ts";
import { departmentOf, pause, personOf, sampleEnd, sampleQuestion } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Longer than any machine stands still. */
const held = 600_000;
const advance = { attempt: 1, from: "received", to: "routed", work: {}, audit: [], leaseMs: held } as const;

/** How turns are taken, moved on and ended. */
export function turnStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`turns: ${name}`, () => {
    let tenant: TenantUnderTest;
    const turns = <T>(work: (store: TurnStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.turns));
    const received = async (change: Parameters<typeof sampleQuestion>[1] = {}): Promise<ReceivedQuestion> => {
      const question = sampleQuestion(tenant.company, change);
      await open().inbox.receive(question);
      return question;
    };
    const taken = async (change: Parameters<typeof sampleQuestion>[1] = {}): Promise<ReceivedQuestion> => {
      const question = await received(change);
      await turns((store) => store.take(question.id, held));
      return question;
    };
    beforeAll(async () => {
      tenant = await open().tenant();
    });

    it("makes a received question a turn, once", async () => {
      const { id, payload } = await received();
      const attempts = await Promise.all(
        Array.from({ length: 6 }, () => turns((store) => store.take(id, held))),
      );
      const [turn, ...others] = attempts.filter((attempt) => attempt !== null);
      expect(others).toEqual([]);
      expect(turn).toMatchObject({
        id,
        tenantId: tenant.company.tenantId,
        userId: personOf(tenant.company, "sam"),
        conversationId: payload.conversationId,
        threadKey: payload.threadKey,
        question: payload.question,
        channel: "web",
        language: "en",
        state: "received",
        work: {},
        attempt: 1,
        departmentId: null,
        cancelRequested: false,
        history: [],
      });
    });

    it("knows a question that waits for its worker, to its own asker alone", async () => {
      const { id, userId } = await received();
      expect(await turns((store) => store.isWaiting(userId, id))).toBe(true);
      expect(await turns((store) => store.isWaiting(personOf(tenant.company, "vic"), id))).toBe(false);
      await turns((store) => store.take(id, held));
      expect(await turns((store) => store.isWaiting(userId, id))).toBe(false);
    });

    it("knows what was received under an event id, to its own asker alone", async () => {
      const { id, userId, eventId, payload } = await taken();
      const before = (user: typeof userId, event = eventId, channel: "web" | "slack" = "web") =>
        turns((store) => store.receivedBefore(user, channel, event));
      const { conversationId, question } = payload;
      expect(await before(userId)).toEqual({ turnId: id, conversationId, question });
      expect(await before(personOf(tenant.company, "vic"))).toBeNull();
      expect(await before(userId, newId())).toBeNull();
      expect(await before(userId, eventId, "slack")).toBeNull();
    });

    it("knows an answer's key once somebody has called it wrong, until they take that back", async () => {
      const wrong = (key: string, withinMs = 60_000) => turns((store) => store.calledWrong(key, withinMs));
      const key = `key of ${newId()}`;
      const asked = [await taken(), await taken()];
      for (const { id } of asked)
        await turns((store) => store.advance(id, { ...advance, work: { answerKey: key } }));
      const [{ id, userId } = { id: newId<TurnId>(), userId: personOf(tenant.company, "sam") }] = asked;
      const judge = (verdict: "up" | "down" | null) =>
        tenant.stores(({ conversations }) =>
          conversations.setFeedback(userId, id, verdict && { verdict, reason: null }, []),
        );
      expect(await wrong(key)).toBe(false);
      await judge("up");
      expect(await wrong(key)).toBe(false);
      await judge("down");
      expect(await wrong(key)).toBe(true);
      expect(await wrong(`${key} of another question`)).toBe(false);
      const elsewhere = await open().tenant();
      expect(await elsewhere.stores(({ turns: others }) => others.calledWrong(key, 60_000))).toBe(false);
      await judge(null);
      expect(await wrong(key)).toBe(false);
    });

    it("hands over a turn whose holder is gone, with what was worked out, and to one taker", async () => {
      const { id } = await received();
      await turns((store) => store.take(id, held));
      const departmentId = departmentOf(tenant.company, "operations");
      await turns((store) => store.advance(id, { ...advance, work: { departmentId }, leaseMs: 1 }));
      await pause(10);
      const takers = await Promise.all(
        Array.from({ length: 4 }, () => turns((store) => store.take(id, held))),
      );
      const [turn, ...others] = takers.filter((taker) => taker !== null);
      expect(others).toEqual([]);
      expect(turn).toMatchObject({ state: "routed", attempt: 2, departmentId, work: { departmentId } });
    });

    it("does not hand over what is held, finished or unknown", async () => {
      const { id } = await taken();
      expect(await turns((store) => store.take(id, held))).toBeNull();
      await turns((store) => store.end(id, sampleEnd(id)));
      expect(await turns((store) => store.take(id, held))).toBeNull();
      expect(await turns((store) => store.take(newId<TurnId>(), held))).toBeNull();
    });

    it("moves on from the state that the step began in, once", async () => {
      const { id } = await taken();
      const moved = await Promise.all(
        Array.from({ length: 4 }, () => turns((store) => store.advance(id, advance))),
      );
      expect(moved.filter((result) => result !== null)).toEqual([{ cancelRequested: false }]);
    });

    it("adds each step's work to the work before it", async () => {
      const { id } = await taken();
      const draft = { text: "a", citations: [], answeredBy: "extractive", complete: true };
      await turns((store) => store.advance(id, { ...advance, work: { departmentId: null } }));
      await turns((store) =>
        store.advance(id, { ...advance, from: "routed", to: "drafted", work: { draft }, leaseMs: 1 }),
      );
      await pause(10);
      const turn = await turns((store) => store.take(id, held));
      expect(turn?.work).toEqual({ departmentId: null, draft });
    });

    it("tells the worker that a stop was asked for", async () => {
      const { id, userId } = await taken();
      expect(await turns((store) => store.extend(id, 1, held))).toEqual({ cancelRequested: false });
      await tenant.stores(({ conversations }) => conversations.requestCancel(userId, id));
      expect(await turns((store) => store.extend(id, 1, held))).toEqual({ cancelRequested: true });
      expect(await turns((store) => store.advance(id, advance))).toEqual({ cancelRequested: true });
    });

    it("keeps a stop that was asked for before a worker took the question", async () => {
      const { id, userId } = await received();
      expect(await tenant.stores(({ conversations }) => conversations.requestCancel(userId, id))).toBe(true);
      expect(await turns((store) => store.take(id, held))).toMatchObject({ cancelRequested: true });
    });

    it("keeps a held turn held, and not for a holder that was replaced", async () => {
      const { id } = await received();
      await turns((store) => store.take(id, 30));
      await turns((store) => store.extend(id, 1, held));
      await pause(50);
      expect(await turns((store) => store.take(id, held))).toBeNull();
      await turns((store) => store.extend(id, 1, 1));
      await pause(10);
      await turns((store) => store.take(id, held));
      expect(await turns((store) => store.extend(id, 1, held))).toBeNull();
    });

    it("is shown while it runs, by the worker that holds it", async () => {
      const { id } = await received();
      const mayShow = (attempt: number): Promise<boolean> => turns((store) => store.mayShow(id, attempt));
      expect(await mayShow(1)).toBe(false);
      await turns((store) => store.take(id, 1));
      expect(await mayShow(1)).toBe(true);
      await pause(10);
      await turns((store) => store.take(id, held));
      expect([await mayShow(1), await mayShow(2)]).toEqual([false, true]);
      await turns((store) => store.end(id, sampleEnd(id, { attempt: 2 })));
      expect(await mayShow(2)).toBe(false);
      await turns((store) => store.show(newId<TurnId>(), [{ ts: "1" }]));
    });

    it("changes nothing for a worker that lost its turn to another", async () => {
      const { id } = await received();
      await turns((store) => store.take(id, 1));
      await pause(10);
      expect(await turns((store) => store.take(id, held))).toMatchObject({ attempt: 2 });
      expect(await turns((store) => store.advance(id, advance))).toBeNull();
      expect(await turns((store) => store.end(id, sampleEnd(id)))).toBeNull();
      expect(await turns((store) => store.advance(id, { ...advance, attempt: 2 }))).not.toBeNull();
      const end = sampleEnd(id, { from: "routed", attempt: 2 });
      expect(await turns((store) => store.end(id, end))).not.toBeNull();
    });

    it("reads a held turn again for its holder, and for no attempt before it", async () => {
      const { id } = await taken();
      await turns((store) => store.advance(id, advance));
      expect(await turns((store) => store.take(id, held, 1))).toMatchObject({ state: "routed", attempt: 1 });
      await turns((store) => store.extend(id, 1, 1));
      await pause(10);
      expect(await turns((store) => store.take(id, held))).toMatchObject({ attempt: 2 });
      expect(await turns((store) => store.take(id, held, 1))).toBeNull();
      await turns((store) => store.end(id, sampleEnd(id, { from: "routed", attempt: 2 })));
      expect(await turns((store) => store.take(id, held, 2))).toBeNull();
    });

    it("ends a turn once, with one message", async () => {
      const { id, payload } = await taken();
      const ends = await Promise.all(
        Array.from({ length: 4 }, () => turns((store) => store.end(id, sampleEnd(id)))),
      );
      const [end, ...others] = ends.filter((result) => result !== null);
      expect(others).toEqual([]);
      expect(end?.delivery).toMatchObject({ threadKey: payload.threadKey, channel: "web", attempt: 1 });
      expect(end?.delivery?.message).toMatchObject({ kind: "reply", turnId: id });
    });

    it("ends with a failure as its message", async () => {
      const { id } = await taken();
      const failure = { code: "cancelled", message: "Stopped.", remedy: null } as const;
      const end = { ...sampleEnd(id), to: "cancelled", reply: null, failure } as const;
      const ended = await turns((store) => store.end(id, end));
      expect(ended?.delivery?.message).toEqual({ kind: "failure", turnId: id, ...failure });
    });

    it("leaves a message to its thread's worker while one stands before it", async () => {
      const first = await taken();
      const conversationId = first.payload.conversationId;
      const second = await taken({ conversationId });
      const ends = await Promise.all(
        [first, second].map(({ id }) => turns((store) => store.end(id, sampleEnd(id)))),
      );
      expect(ends.filter((end) => end?.delivery).length).toBe(1);
      expect(ends.every((end) => end !== null)).toBe(true);
    });

    it("understands a follow-up by the thread: its last six turns, oldest first", async () => {
      const conversationId = newId<ConversationId>();
      for (let number = 1; number <= 8; number += 1) {
        const { id } = await taken({ conversationId, question: `Question ${String(number)}` });
        await turns((store) => store.end(id, sampleEnd(id, { text: `Answer ${String(number)}` })));
      }
      await taken({ question: "In another thread" });
      const { id } = await received({ conversationId, question: "And then?" });
      const turn = await turns((store) => store.take(id, held));
      expect(turn?.history).toEqual(
        [3, 4, 5, 6, 7, 8].map((number) => ({
          question: `Question ${String(number)}`,
          answer: `Answer ${String(number)}`,
        })),
      );
    });

    it("counts as earlier what was received earlier, in whatever order it is taken", async () => {
      const conversationId = newId<ConversationId>();
      const early = await received({ conversationId, question: "First" });
      const late = await received({ conversationId, question: "Second" });
      const second = await turns((store) => store.take(late.id, held));
      const first = await turns((store) => store.take(early.id, held));
      expect(second?.history).toEqual([]);
      expect(first?.history).toEqual([]);
      expect(first?.createdAt.getTime()).toBeLessThanOrEqual(second?.createdAt.getTime() ?? 0);
    });

    it("adds nothing to another person's conversation, and does not come back to it", async () => {
      const { payload } = await taken();
      const intruder = personOf(tenant.company, "vic");
      const { id } = await received({ conversationId: payload.conversationId, userId: intruder });
      expect(await turns((store) => store.take(id, held))).toBeNull();
      expect(await turns((store) => store.isWaiting(intruder, id))).toBe(false);
    });

    const place = { departments: { [newId()]: "public" }, principals: ["group:slack:C1"] } as const;
    const slack = { channel: "slack", shared: true, placeScope: place } as const;

    it("lets everyone of a shared thread ask in it, each in their own name and at their own message", async () => {
      const conversationId = newId<ConversationId>();
      const first = await taken({ ...slack, conversationId, question: "One", address: { user: "U1" } });
      await turns((store) => store.end(first.id, sampleEnd(first.id, { text: "First" })));
      const vic = personOf(tenant.company, "vic");
      const second = await received({
        ...slack,
        conversationId,
        userId: vic,
        question: "Two",
        address: { user: "U2" },
      });
      const turn = await turns((store) => store.take(second.id, held));
      expect(turn).toMatchObject({
        userId: vic,
        conversationId,
        address: { user: "U2" },
        history: [{ question: "One", answer: "First" }],
      });
      expect(turn?.placeScope).toEqual({
        departments: new Map(Object.entries(place.departments)),
        principals: new Set(place.principals),
      });
    });

    it("makes one conversation of events that race for it", async () => {
      const conversationId = newId<ConversationId>();
      const people = (["sam", "vic", "fay", "ada"] as const).map((one) => personOf(tenant.company, one));
      const questions = await Promise.all(
        people.map((userId) => received({ ...slack, conversationId, userId })),
      );
      const all = await Promise.all(questions.map(({ id }) => turns((store) => store.take(id, held))));
      expect(all.map((turn) => turn?.userId)).toEqual(people);
      expect(new Set(all.map((turn) => turn?.conversationId))).toEqual(new Set([conversationId]));
    });

    it("keeps the scope of the place and the address for whoever takes the turn over", async () => {
      const { id } = await received({ ...slack, address: { user: "U1", ts: "1.2" } });
      const first = await turns((store) => store.take(id, 1));
      await pause(10);
      const second = await turns((store) => store.take(id, held));
      expect(second).toEqual({ ...first, attempt: 2 });
      expect(second?.address).toEqual({ user: "U1", ts: "1.2" });
      expect(second?.placeScope?.principals).toEqual(new Set(["group:slack:C1"]));
    });

    it("knows no place and no address where the asker alone sees the answer", async () => {
      const { id } = await received();
      expect(await turns((store) => store.take(id, held))).toMatchObject({ placeScope: null, address: {} });
    });

    it("sends the address with the message that ends the turn", async () => {
      const { id } = await taken({ ...slack, address: { user: "U1", ts: "1.2" } });
      const end = await turns((store) => store.end(id, sampleEnd(id)));
      expect(end?.delivery).toMatchObject({
        channel: "slack",
        address: { user: "U1", ts: "1.2" },
        held: false,
      });
    });

    it("brings no question of one channel into another's thread, whoever asks", async () => {
      const { payload, userId } = await taken(slack);
      const { conversationId } = payload;
      expect(await turns((store) => store.ownsConversation(userId, conversationId))).toBe(false);
      const { id } = await received({ conversationId, channel: "web" });
      expect(await turns((store) => store.take(id, held))).toBeNull();
    });

    it("gives nobody a chat thread on the web whose first question still waits", async () => {
      const { id, payload, userId } = await received(slack);
      const owns = await turns((store) => store.ownsConversation(userId, payload.conversationId));
      expect(owns).toBe(false);
      expect(await turns((store) => store.isWaiting(userId, id))).toBe(false);
    });

    it("knows whose a conversation is whose first question still waits", async () => {
      const { payload, userId } = await received();
      const owns = (user: typeof userId): Promise<boolean> =>
        turns((store) => store.ownsConversation(user, payload.conversationId));
      const vic = personOf(tenant.company, "vic");
      expect([await owns(userId), await owns(vic)]).toEqual([true, false]);
      expect(await turns((store) => store.ownsConversation(userId, newId<ConversationId>()))).toBe(false);
    });

    it("gives nobody a conversation of another's by a question that waits in it", async () => {
      const { payload } = await taken();
      const intruder = personOf(tenant.company, "vic");
      await received({ conversationId: payload.conversationId, userId: intruder });
      const owns = await turns((store) => store.ownsConversation(intruder, payload.conversationId));
      expect(owns).toBe(false);
    });

    it("knows whose conversation it is, and forgets one that was removed", async () => {
      const { payload, userId } = await taken();
      const owns = (user = userId): Promise<boolean> =>
        turns((store) => store.ownsConversation(user, payload.conversationId));
      expect(await owns()).toBe(true);
      expect(await owns(personOf(tenant.company, "vic"))).toBe(false);
      await tenant.stores(({ conversations }) => conversations.remove(userId, payload.conversationId, []));
      expect(await owns()).toBe(false);
    });
  });
}
