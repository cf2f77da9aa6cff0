import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { departmentOf, personOf, type SampleCompany } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { ExpertError } from "../errors.ts";
import { createPeople, type Identity } from "../identity/directory.ts";
import { type ConversationId, newId } from "../ids.ts";
import type { EnqueueOptions } from "../queue.ts";
import { type AskedQuestion, receiveQuestion } from "./receive-question.ts";

describe("receiveQuestion", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  let sam: Identity;
  let enqueued: { job: unknown; options: EnqueueOptions }[];
  let queueFails: boolean;
  beforeEach(async () => {
    database = createFakeDatabase();
    company = database.provision(smallCompany());
    sam = await identity("sam");
    enqueued = [];
    queueFails = false;
  });
  const identity = async (name: Parameters<typeof personOf>[1]): Promise<Identity> => {
    const found = await createPeople({ database }).identify(company.tenantId, personOf(company, name));
    if (!found) throw new Error("nobody");
    return found;
  };
  const receive = (change: Partial<AskedQuestion> = {}) =>
    receiveQuestion(
      {
        database,
        inbox: database.inbox,
        queue: {
          async enqueue(_name, job, options) {
            if (queueFails) throw new ExpertError("queue_unavailable", "away");
            enqueued.push({ job, options });
          },
        },
      },
      {
        identity: sam,
        channel: "web",
        eventId: null,
        question: "How do I start the pump?",
        departmentId: null,
        conversationId: null,
        ...change,
      },
    );
  const stored = () => [...database.tables(company.tenantId).inbox.values()];

  it("stores the question with its language, title and thread, and wakes one worker", async () => {
    const accepted = await receive({ question: "  ปั๊มเริ่มเดินอย่างไร  " });
    expect(accepted).toMatchObject({ fresh: true });
    expect(stored()).toMatchObject([
      {
        id: accepted.turnId,
        userId: sam.member.id,
        payload: {
          question: "ปั๊มเริ่มเดินอย่างไร",
          language: "th",
          conversationId: accepted.conversationId,
          threadKey: `web:${accepted.conversationId}`,
        },
      },
    ]);
    expect(enqueued).toEqual([
      {
        job: { tenantId: company.tenantId, turnId: accepted.turnId },
        options: { key: `turn-${accepted.turnId}` },
      },
    ]);
  });

  it("answers an event that comes again with its first turn and conversation", async () => {
    const first = await receive({ eventId: "event-0001" });
    const again = await receive({ eventId: "event-0001" });
    expect(again).toEqual({ ...first, fresh: false });
    expect(stored()).toHaveLength(1);
    expect(enqueued.map(({ options }) => options.key)).toEqual([
      `turn-${first.turnId}`,
      `turn-${first.turnId}`,
    ]);
  });

  it("refuses another question under the same event id", async () => {
    const { conversationId } = await receive({ eventId: "event-0001" });
    const other = { eventId: "event-0001", question: "Something else?" };
    const refusal = { code: "conflict", remedy: expect.any(String) as unknown };
    await expect(receive(other)).rejects.toMatchObject(refusal);
    await expect(receive({ ...other, conversationId })).rejects.toMatchObject(refusal);
    expect(stored()).toHaveLength(1);
  });

  it("answers an event that comes again with its first receipt, also where its conversation was deleted", async () => {
    const begun = await receive();
    const { conversationId } = begun;
    const asked = { eventId: "event-0002", conversationId };
    const first = await receive(asked);
    await database.withTenant(company.tenantId, async ({ turns, conversations }) => {
      await turns.take(begun.turnId, 1_000);
      await conversations.remove(sam.member.id, conversationId, []);
    });
    expect(await receive(asked)).toEqual({ ...first, fresh: false });
    await expect(receive({ ...asked, question: "Something else?" })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(receive({ ...asked, eventId: "event-0003" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("accepts where the queue is away: the row is found later", async () => {
    queueFails = true;
    expect((await receive()).fresh).toBe(true);
    expect(stored()).toHaveLength(1);
  });

  it("goes on in a conversation of one's own, from the moment that its first question is accepted", async () => {
    const first = await receive();
    const second = await receive({ conversationId: first.conversationId });
    expect(second.conversationId).toBe(first.conversationId);
    await database.withTenant(company.tenantId, ({ turns }) => turns.take(first.turnId, 1_000));
    const next = await receive({ conversationId: first.conversationId });
    expect(next.conversationId).toBe(first.conversationId);
  });

  it.each([
    ["an empty question", { question: " \u0000\n " }, "question_empty"],
    ["a question of marks alone", { question: "??? 👍" }, "question_empty"],
    ["8,001 characters", { question: "a".repeat(8_001) }, "question_too_long"],
    ["an unknown conversation", { conversationId: newId<ConversationId>() }, "not_found"],
  ] as const)("refuses %s, changing nothing", async (_what, change, code) => {
    await expect(receive(change)).rejects.toMatchObject({ code, remedy: expect.any(String) as unknown });
    expect(stored()).toEqual([]);
    expect(enqueued).toEqual([]);
  });

  it("refuses a department that the asker may not read, and somebody else's conversation", async () => {
    const finance = departmentOf(company, "finance");
    await expect(receive({ departmentId: finance })).rejects.toMatchObject({ code: "department_unknown" });
    const { conversationId, turnId } = await receive({ identity: await identity("vic") });
    await expect(receive({ conversationId })).rejects.toMatchObject({ code: "not_found" });
    await database.withTenant(company.tenantId, ({ turns }) => turns.take(turnId, 1_000));
    await expect(receive({ conversationId })).rejects.toMatchObject({ code: "not_found" });
  });

  it("accepts exactly 8,000 characters, and mends what cannot be stored", async () => {
    await receive({ question: "ก".repeat(8_000) });
    await receive({ question: "Half \ud83d of a \u0000 character" });
    expect(stored().map(({ payload }) => payload?.question.length)).toEqual([8_000, 22]);
    expect(stored()[1]?.payload?.question.isWellFormed()).toBe(true);
  });
});
