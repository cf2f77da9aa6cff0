import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { ThreadStore } from "../../core/conversation/thread-store.ts";
import {
  type ConversationId,
  type DeliveryId,
  type HandoffId,
  newId,
  type TurnId,
  type UserId,
} from "../../core/ids.ts";
import type { ReceivedQuestion } from "../../core/inbox/inbox.ts";
import {
  departmentOf,
  pause,
  personOf,
  sampleEnd,
  sampleQuestion,
  sampleReply,
} from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Longer than any machine stands still. */
const held = 600_000;

/** Threads of chat platforms, for whoever acts on a message in them. */
export function threadStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`threads: ${name}`, () => {
    let tenant: TenantUnderTest;
    let sam: UserId;
    let vic: UserId;
    let ada: UserId;
    const threads = <T>(work: (store: ThreadStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.threads));
    const asked = async (change: Parameters<typeof sampleQuestion>[1] = {}): Promise<ReceivedQuestion> => {
      const question = sampleQuestion(tenant.company, { channel: "slack", shared: true, ...change });
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, held));
      return question;
    };
    const answered = async (change: Parameters<typeof sampleQuestion>[1] = {}): Promise<ReceivedQuestion> => {
      const question = await asked(change);
      await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id)));
      return question;
    };
    const handedOff = async ({ id: turnId, userId: requestedBy }: ReceivedQuestion): Promise<HandoffId> => {
      const handoff = { id: newId<HandoffId>(), turnId, requestedBy };
      await tenant.stores(({ handoffs }) => handoffs.open(handoff, []));
      return handoff.id;
    };
    beforeAll(async () => {
      tenant = await open().tenant();
      sam = personOf(tenant.company, "sam");
      vic = personOf(tenant.company, "vic");
      ada = personOf(tenant.company, "ada");
    });

    it("finds a thread by its conversation, with who has taken it over", async () => {
      const question = await asked();
      const { conversationId, threadKey } = question.payload;
      const found = { conversationId, channel: "slack", threadKey, heldBy: null };
      expect(await threads((store) => store.find(conversationId))).toEqual(found);
      const handoff = await handedOff(question);
      await tenant.stores(({ handoffs }) => handoffs.take(handoff, ada, []));
      const heldBy = { id: ada, name: "Ada Admin" };
      expect(await threads((store) => store.find(conversationId))).toEqual({ ...found, heldBy });
      await tenant.stores(({ handoffs }) => handoffs.giveBack(handoff, ada, []));
      expect(await threads((store) => store.find(conversationId))).toEqual(found);
      expect(await threads((store) => store.find(newId<ConversationId>()))).toBeNull();
    });

    it("shows a turn with its answer to whoever acts on its message", async () => {
      const { id, payload } = await answered({ address: { user: "U1", ts: "1.2" } });
      expect(await threads((store) => store.turn(id))).toEqual({
        id,
        conversationId: payload.conversationId,
        channel: "slack",
        threadKey: payload.threadKey,
        userId: sam,
        question: payload.question,
        language: "en",
        departmentId: null,
        askedDepartmentId: null,
        standaloneQuestion: payload.question,
        state: "answered",
        reply: sampleReply(id),
        shared: true,
        address: { user: "U1", ts: "1.2" },
        createdAt: expect.any(Date) as unknown,
      });
      const alone = await asked({ shared: false });
      expect(await threads((store) => store.turn(alone.id))).toMatchObject({
        state: "received",
        reply: null,
        shared: false,
        address: {},
      });
      expect(await threads((store) => store.turn(newId<TurnId>()))).toBeNull();
    });

    it("tells what was said in a thread, by everyone, the newest of it in its order", async () => {
      const first = await answered();
      const { conversationId } = first.payload;
      await pause(5);
      const second = await asked({ userId: vic, conversationId });
      const said = (limit: number) => threads((store) => store.said(conversationId, limit));
      expect(await said(10)).toMatchObject([
        { id: first.id, askedByName: "Sam Staff", reply: sampleReply(first.id), state: "answered" },
        { id: second.id, askedByName: "Vic Viewer", reply: null },
      ]);
      expect((await said(1)).map(({ id }) => id)).toEqual([second.id]);
      expect(await threads((store) => store.said(newId<ConversationId>(), 10))).toEqual([]);
    });

    it("tells the department that was asked from the one that was chosen, and how the question was understood", async () => {
      const question = sampleQuestion(tenant.company, { channel: "slack", shared: true });
      const [operations, finance] = (["operations", "finance"] as const).map((slug) =>
        departmentOf(tenant.company, slug),
      );
      const payload = { ...question.payload, departmentId: finance ?? null };
      await open().inbox.receive({ ...question, payload });
      const waiting = { askedDepartmentId: finance, standaloneQuestion: payload.question };
      expect((await threads((store) => store.openQuestions(sam, 1)))[0]).toMatchObject(waiting);
      const retrieval = {
        standaloneQuestion: "And the pump? (start)",
        hits: [],
        terms: [],
        collectionSize: 0,
      };
      await tenant.stores(async ({ turns }) => {
        await turns.take(question.id, held);
        await turns.advance(question.id, {
          attempt: 1,
          from: "received",
          to: "retrieved",
          work: { departmentId: operations ?? null, retrieval },
          audit: [],
          leaseMs: held,
        });
      });
      const understood = {
        departmentId: operations,
        askedDepartmentId: finance,
        standaloneQuestion: retrieval.standaloneQuestion,
      };
      expect(await threads((store) => store.turn(question.id))).toMatchObject(understood);
      expect((await threads((store) => store.openQuestions(sam, 1)))[0]).toMatchObject(understood);
    });

    it("names the turn of a posted message, by whatever names it has", async () => {
      const question = sampleQuestion(tenant.company, { channel: "teams" });
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, held));
      const ended = await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id)));
      const activityId = newId();
      const message = { activityId, conversationId: "19:x" };
      const find = (ref: typeof message, channel: "teams" | "slack" = "teams") =>
        threads((store) => store.turnOfMessage(channel, ref));
      expect(await find(message)).toBeNull();
      const { id, attempt } = ended?.delivery ?? { id: newId<DeliveryId>(), attempt: 0 };
      await tenant.stores(({ outbox }) => outbox.posted(id, attempt, { ...message, more: "1" }));
      expect(await find(message)).toBe(question.id);
      expect(await find({ ...message, conversationId: "19:y" })).toBeNull();
      expect(await find({ ...message, activityId: newId() })).toBeNull();
      expect(await find(message, "slack")).toBeNull();
      const other = await open().tenant();
      expect(await other.stores((stores) => stores.threads.turnOfMessage("teams", message))).toBeNull();
    });

    it("shows nothing of another tenant", async () => {
      const { id, payload } = await answered();
      const other = await open().tenant();
      const stranger = personOf(other.company, "sam");
      const feedback = { verdict: "up", reason: null } as const;
      await other.stores(async ({ threads: store }) => {
        expect(await store.find(payload.conversationId)).toBeNull();
        expect(await store.turn(id)).toBeNull();
        expect(await store.setFeedback(stranger, id, feedback, [])).toBe(false);
        expect(await store.openQuestions(stranger, 10)).toEqual([]);
      });
    });

    it("takes feedback of everyone who saw the answer, changes it and takes it back, each their own", async () => {
      const { id } = await answered({ channel: "web" });
      const own = async () =>
        (await tenant.stores(({ conversations }) => conversations.turn(sam, id)))?.feedback;
      const give = (user: UserId, verdict: "up" | "down" | null, reason: string | null = null) =>
        threads((store) => store.setFeedback(user, id, verdict === null ? null : { verdict, reason }, []));
      expect(await give(vic, "down", "wrong")).toBe(true);
      expect(await own()).toBeNull();
      expect(await give(sam, "up")).toBe(true);
      expect(await give(sam, "down")).toBe(true);
      expect(await give(sam, "down", "too long")).toBe(true);
      expect(await own()).toEqual({ verdict: "down", reason: "too long" });
      expect(await give(vic, null)).toBe(true);
      expect(await own()).toEqual({ verdict: "down", reason: "too long" });
      expect(await give(sam, null)).toBe(true);
      expect(await own()).toBeNull();
    });

    it("takes feedback on an answer that its asker alone saw from the asker alone, and tells of it", async () => {
      const { id } = await answered({ shared: false });
      const feedback = { verdict: "up", reason: null } as const;
      const told = (userId: UserId) =>
        [{ event: "chat.feedback", status: "success", userId, resourceType: "turn" }] as const;
      expect(await threads((store) => store.setFeedback(vic, id, feedback, told(vic)))).toBe(false);
      expect(await threads((store) => store.setFeedback(sam, id, feedback, told(sam)))).toBe(true);
      const unknown = newId<TurnId>();
      expect(await threads((store) => store.setFeedback(sam, unknown, feedback, told(sam)))).toBe(false);
      const { items } = await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 50 }));
      const events = items.filter(({ event }) => event === "chat.feedback");
      expect(events).toMatchObject([{ userId: sam, resourceId: id }]);
    });

    describe("open questions", () => {
      beforeEach(async () => {
        tenant = await open().tenant();
        sam = personOf(tenant.company, "sam");
        vic = personOf(tenant.company, "vic");
        ada = personOf(tenant.company, "ada");
      });
      const openIds = async (limit = 10): Promise<readonly TurnId[]> =>
        (await threads((store) => store.openQuestions(sam, limit))).map(({ id }) => id);

      it("are those that wait for a worker, run, or wait for a human, newest first", async () => {
        await answered();
        await asked({ userId: vic });
        const waitsForHuman = await answered();
        const handoff = await handedOff(waitsForHuman);
        await pause(3);
        const runs = await asked();
        await pause(3);
        const waits = sampleQuestion(tenant.company, {
          channel: "slack",
          shared: true,
          address: { user: "U1" },
        });
        await open().inbox.receive(waits);
        expect(await openIds()).toEqual([waits.id, runs.id, waitsForHuman.id]);
        expect(await openIds(2)).toEqual([waits.id, runs.id]);
        const [first] = await threads((store) => store.openQuestions(sam, 1));
        expect(first).toMatchObject({
          state: "received",
          threadKey: waits.payload.threadKey,
          question: waits.payload.question,
          shared: true,
          address: { user: "U1" },
        });
        await tenant.stores(({ handoffs }) => handoffs.take(handoff, ada, []));
        expect(await openIds()).toContain(waitsForHuman.id);
        await tenant.stores(({ handoffs }) => handoffs.giveBack(handoff, ada, []));
        await tenant.stores(({ turns }) => turns.end(runs.id, sampleEnd(runs.id)));
        await tenant.stores(({ turns }) => turns.take(waits.id, held));
        expect(await openIds()).toEqual([waits.id]);
      });

      it("name a question once that runs and waits for a human", async () => {
        const question = await asked();
        await handedOff(question);
        expect(await openIds()).toEqual([question.id]);
      });
    });
  });
}
