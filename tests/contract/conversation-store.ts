import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Conversation, ConversationStore, Page } from "../../core/conversation/conversation-store.ts";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import { type ConversationId, newId, type TurnId, type UserId } from "../../core/ids.ts";
import type { ReceivedQuestion } from "../../core/inbox/inbox.ts";
import { pause, personOf, sampleEnd, sampleQuestion } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

const everything = { text: null, cursor: null, limit: 50 } as const;

/** A person's conversations as they browse them. */
export function conversationStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`conversations: ${name}`, () => {
    let tenant: TenantUnderTest;
    let sam: UserId;
    let vic: UserId;
    const conversations = <T>(work: (store: ConversationStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.conversations));
    const asked = async (change: Parameters<typeof sampleQuestion>[1] = {}): Promise<ReceivedQuestion> => {
      const question = sampleQuestion(tenant.company, change);
      await open().inbox.receive(question);
      await tenant.stores(({ turns }) => turns.take(question.id, 10_000));
      return question;
    };
    const answered = async (change: Parameters<typeof sampleQuestion>[1] = {}): Promise<ReceivedQuestion> => {
      const question = await asked(change);
      await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id)));
      return question;
    };
    const titles = async (user: UserId, text: string | null = null): Promise<readonly string[]> =>
      (await conversations((store) => store.list(user, { ...everything, text }))).items.map(
        ({ title }) => title,
      );
    beforeAll(async () => {
      tenant = await open().tenant();
      sam = personOf(tenant.company, "sam");
      vic = personOf(tenant.company, "vic");
    });

    it("lists a person's own, the last used first, by title and by question", async () => {
      const first = await answered({ question: "About valves" });
      await pause(3);
      await answered({ question: "About boilers" });
      await pause(3);
      await answered({ question: "About Vic", userId: vic });
      expect(await titles(sam)).toEqual(["About boilers", "About valves"]);
      await answered({ question: "Any 50% seals?", conversationId: first.payload.conversationId });
      expect(await titles(sam)).toEqual(["About valves", "About boilers"]);
      expect(await titles(sam, "BOIL")).toEqual(["About boilers"]);
      expect(await titles(sam, "seals")).toEqual(["About valves"]);
      expect(await titles(sam, "%")).toEqual(["About valves"]);
      expect(await titles(sam, "_")).toEqual([]);
      expect(await titles(vic)).toEqual(["About Vic"]);
    });

    it("shows a conversation's turns in order, with reply or failure, to its owner alone", async () => {
      const { id, payload } = await answered({ question: "One" });
      const { conversationId } = payload;
      const second = await asked({ conversationId, question: "Two" });
      const failure = { code: "internal", message: "Failed.", remedy: "Again." } as const;
      await tenant.stores(({ turns }) =>
        turns.end(second.id, { ...sampleEnd(second.id), to: "failed", reply: null, failure }),
      );
      const turns = await conversations((store) => store.turns(sam, conversationId));
      expect(turns).toMatchObject([
        { id, question: "One", state: "answered", reply: { kind: "answer" }, failure: null, feedback: null },
        { id: second.id, question: "Two", state: "failed", reply: null, failure },
      ]);
      expect(await conversations((store) => store.turns(vic, conversationId))).toEqual([]);
      expect(await conversations((store) => store.turn(vic, id))).toBeNull();
      expect(await conversations((store) => store.get(vic, conversationId))).toBeNull();
    });

    it("shows a question that waits for its worker as received, with its conversation, to its asker alone", async () => {
      const question = sampleQuestion(tenant.company, { question: "Waiting?" });
      const { id, payload } = question;
      const { conversationId } = payload;
      await open().inbox.receive(question);
      const shown = {
        id,
        conversationId,
        question: "Waiting?",
        state: "received",
        reply: null,
        failure: null,
      };
      expect(await conversations((store) => store.turn(sam, id))).toMatchObject(shown);
      expect(await conversations((store) => store.turns(sam, conversationId))).toMatchObject([shown]);
      expect(await conversations((store) => store.get(sam, conversationId))).toMatchObject({
        id: conversationId,
        title: "Waiting?",
      });
      expect(await conversations((store) => store.turn(vic, id))).toBeNull();
      expect(await conversations((store) => store.turns(vic, conversationId))).toEqual([]);
      expect(await conversations((store) => store.get(vic, conversationId))).toBeNull();
      await tenant.stores(({ turns }) => turns.take(id, 10_000));
      const next = sampleQuestion(tenant.company, { conversationId, question: "And then?" });
      await open().inbox.receive(next);
      expect(await conversations((store) => store.turns(sam, conversationId))).toMatchObject([
        shown,
        { id: next.id, question: "And then?", state: "received" },
      ]);
    });

    it("shows nothing of what waits in another person's conversation", async () => {
      const { payload } = await asked();
      const { conversationId } = payload;
      const intrusion = sampleQuestion(tenant.company, { conversationId, userId: vic });
      await open().inbox.receive(intrusion);
      expect(await conversations((store) => store.turn(vic, intrusion.id))).toBeNull();
      expect(await conversations((store) => store.turns(vic, conversationId))).toEqual([]);
      expect(await conversations((store) => store.turns(sam, conversationId))).toHaveLength(1);
      expect(await conversations((store) => store.get(vic, conversationId))).toBeNull();
    });

    it("shows and changes nothing of a thread of a chat platform, which is read and written there", async () => {
      const slack = { channel: "slack", question: "Asked in Slack" } as const;
      const { id, payload } = await answered(slack);
      const { conversationId } = payload;
      const waiting = sampleQuestion(tenant.company, slack);
      await open().inbox.receive(waiting);
      expect(await titles(sam, "Asked in Slack")).toEqual([]);
      for (const conversation of [conversationId, waiting.payload.conversationId]) {
        expect(await conversations((store) => store.get(sam, conversation))).toBeNull();
        expect(await conversations((store) => store.turns(sam, conversation))).toEqual([]);
      }
      for (const turn of [id, waiting.id])
        expect(await conversations((store) => store.turn(sam, turn))).toBeNull();
      expect(await conversations((store) => store.rename(sam, conversationId, "Mine", []))).toBeNull();
      expect(await conversations((store) => store.remove(sam, conversationId, []))).toBe(false);
      expect(await conversations((store) => store.restore(sam, conversationId, []))).toBeNull();
      const feedback = { verdict: "up", reason: null } as const;
      expect(await conversations((store) => store.setFeedback(sam, id, feedback, []))).toBe(false);
    });

    it("renames, removes and restores for its owner alone", async () => {
      const { payload } = await answered();
      const { conversationId: id } = payload;
      expect(await conversations((store) => store.rename(vic, id, "Mine", []))).toBeNull();
      expect(await conversations((store) => store.remove(vic, id, []))).toBe(false);
      expect(await conversations((store) => store.rename(sam, id, "Better", []))).toMatchObject({
        id,
        title: "Better",
      });
      expect(await conversations((store) => store.remove(sam, id, []))).toBe(true);
      expect(await conversations((store) => store.get(sam, id))).toBeNull();
      expect(await titles(sam, "Better")).toEqual([]);
      expect(await conversations((store) => store.restore(vic, id, []))).toBeNull();
      expect(await conversations((store) => store.restore(sam, id, []))).toMatchObject({ title: "Better" });
      expect(await titles(sam, "Better")).toEqual(["Better"]);
    });

    it("hides the turns of a deleted conversation, changes none of it, and tells of each change once", async () => {
      const { id, payload } = await answered();
      const { conversationId } = payload;
      const waiting = sampleQuestion(tenant.company, { conversationId });
      await open().inbox.receive(waiting);
      const told = (event: AuditEvent["event"]): readonly AuditEvent[] => [
        { event, status: "success", userId: sam, resourceType: "conversation", resourceId: conversationId },
      ];
      const removed = await Promise.all(
        Array.from({ length: 3 }, () =>
          conversations((store) => store.remove(sam, conversationId, told("conversation.deleted"))),
        ),
      );
      expect(removed.filter(Boolean)).toHaveLength(1);
      for (const turn of [id, waiting.id])
        expect(await conversations((store) => store.turn(sam, turn))).toBeNull();
      expect(await conversations((store) => store.turns(sam, conversationId))).toEqual([]);
      expect(await conversations((store) => store.get(sam, conversationId))).toBeNull();
      const renamed = told("conversation.renamed");
      expect(await conversations((store) => store.rename(sam, conversationId, "x", renamed))).toBeNull();
      const feedback = { verdict: "up", reason: null } as const;
      expect(await conversations((store) => store.setFeedback(sam, id, feedback, []))).toBe(false);
      const restored = told("conversation.restored");
      for (let round = 0; round < 2; round += 1)
        expect(await conversations((store) => store.restore(sam, conversationId, restored))).not.toBeNull();
      expect(await conversations((store) => store.turns(sam, conversationId))).toHaveLength(2);
      const { items } = await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 100 }));
      const events = items
        .filter(({ resourceId }) => resourceId === conversationId)
        .map(({ event }) => event)
        .toReversed();
      expect(events).toEqual(["conversation.deleted", "conversation.restored"]);
    });

    it("asks to stop what runs, for its asker alone", async () => {
      const running = await asked();
      expect(await conversations((store) => store.requestCancel(vic, running.id))).toBe(false);
      expect(await conversations((store) => store.requestCancel(sam, running.id))).toBe(true);
      const over = await answered();
      expect(await conversations((store) => store.requestCancel(sam, over.id))).toBe(false);
      expect(await conversations((store) => store.requestCancel(sam, newId<TurnId>()))).toBe(false);
    });

    it("keeps one feedback of a person, changes it and takes it back", async () => {
      const { id } = await answered();
      const feedback = async () => (await conversations((store) => store.turn(sam, id)))?.feedback;
      const give = (user: UserId, verdict: "up" | "down" | null) =>
        conversations((store) =>
          store.setFeedback(user, id, verdict === null ? null : { verdict, reason: "why" }, []),
        );
      expect(await give(sam, "up")).toBe(true);
      expect(await give(sam, "down")).toBe(true);
      expect(await feedback()).toEqual({ verdict: "down", reason: "why" });
      expect(await give(vic, "up")).toBe(false);
      expect(await give(sam, null)).toBe(true);
      expect(await feedback()).toBeNull();
    });

    it("pages through conversations of the same moment, and loses none", async () => {
      const fay = personOf(tenant.company, "fay");
      const ids = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const { payload } = await answered({ userId: fay, conversationId: newId<ConversationId>() });
          return payload.conversationId;
        }),
      );
      const seen: ConversationId[] = [];
      let cursor: string | null = null;
      do {
        const from: string | null = cursor;
        const page: Page<Conversation> = await conversations((store) =>
          store.list(fay, { ...everything, cursor: from, limit: 3 }),
        );
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen.toSorted()).toEqual(ids.toSorted());
    });
  });
}
