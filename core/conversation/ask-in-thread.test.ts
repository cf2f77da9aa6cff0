import { beforeEach, describe, expect, it } from "@jest/globals";
import { type ChatBench, chatBench } from "../../tests/support/chat-bench.ts";
import { departmentOf, sampleEvent } from "../../tests/support/sample-work.ts";
import { ExpertError } from "../errors.ts";
import { placeScope } from "../identity/place-scope.ts";
import { isId, newId, type TenantId } from "../ids.ts";
import { askInThread, conversationOf, type ThreadQuestion } from "./ask-in-thread.ts";

const threadKey = "slack:T1:C1:1700000000.000100";

describe("askInThread", () => {
  let bench: ChatBench;
  beforeEach(() => {
    bench = chatBench();
  });
  const asked = async (change: Partial<ThreadQuestion> = {}): Promise<ThreadQuestion> => {
    const event = { ...sampleEvent(bench.company), channel: "slack" as const };
    await bench.database.inbox.receiveEvent(event);
    return {
      event,
      identity: await bench.identity("sam"),
      question: "  How do I start the pump?  ",
      departmentId: null,
      threadKey,
      shared: true,
      placeScope: null,
      address: { user: "U1" },
      ...change,
    };
  };
  const row = ({ event }: ThreadQuestion) =>
    [...bench.database.tables(bench.company.tenantId).inbox.values()].find(({ id }) => id === event.id);

  it("makes a question of the event, in its thread and place, audited before it is answered, and wakes a worker", async () => {
    const sam = await bench.identity("sam");
    const scope = placeScope(sam.departments, { kind: "outside" });
    const question = await asked({ placeScope: scope });
    const receipt = await askInThread(bench, question);
    const operations = departmentOf(bench.company, "operations");
    expect(receipt).toEqual({
      turnId: question.event.id,
      conversationId: conversationOf(bench.company.tenantId, threadKey),
      fresh: true,
    });
    expect(row(question)).toMatchObject({
      userId: sam.member.id,
      payload: {
        question: "How do I start the pump?",
        threadKey,
        shared: true,
        language: "en",
        address: { user: "U1" },
        placeScope: { departments: { [operations]: "public" }, principals: [] },
      },
    });
    expect(bench.woken).toEqual([`turn turn-${question.event.id}`]);
    const audit = bench.database.tables(bench.company.tenantId).audit.map(({ event }) => event);
    expect(audit).toMatchObject([
      {
        event: "chat.request",
        status: "started",
        userId: sam.member.id,
        resourceId: question.event.id,
        metadata: { channel: "slack" },
        requestHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      },
    ]);
  });

  it("changes nothing the second time, and wakes again what a crash may have left", async () => {
    const question = await asked();
    await askInThread(bench, question);
    expect(await askInThread(bench, { ...question, question: "Another?" })).toMatchObject({ fresh: false });
    expect(row(question)?.payload?.question).toBe("How do I start the pump?");
    expect(bench.audited("chat.request")).toHaveLength(1);
    expect(bench.woken).toHaveLength(2);
  });

  it("accepts where the queue is away", async () => {
    const queue = { enqueue: () => Promise.reject(new ExpertError("queue_unavailable", "away")) };
    expect(await askInThread({ ...bench, queue }, await asked())).toMatchObject({ fresh: true });
  });

  it("lets a file ask by itself", async () => {
    const question = await asked({ question: "", attached: true });
    await askInThread(bench, question);
    expect(row(question)?.payload?.question).toBe("What does this file say?");
  });

  it.each([
    ["an empty question", { question: " 👍 " }, "question_empty"],
    ["a long question", { question: "a".repeat(8_001) }, "question_too_long"],
  ] as const)("refuses %s, leaving the event as it was", async (_what, change, code) => {
    const question = await asked(change);
    await expect(askInThread(bench, question)).rejects.toMatchObject({ code });
    expect(row(question)?.payload).toBeNull();
    expect(bench.woken).toEqual([]);
  });

  it("refuses a department that the asker may not ask", async () => {
    const question = await asked({ departmentId: departmentOf(bench.company, "finance") });
    await expect(askInThread(bench, question)).rejects.toMatchObject({ code: "department_unknown" });
  });

  it("lets a guest ask the departments that are open to guests, and refuses where there is none", async () => {
    const identity = await bench.guest();
    expect(await askInThread(bench, await asked({ identity }))).toMatchObject({ fresh: true });
    const shut = { ...identity, scope: { departments: new Map(), principals: new Set<string>() } };
    await expect(askInThread(bench, await asked({ identity: shut }))).rejects.toMatchObject({
      code: "forbidden",
      remedy: expect.stringContaining("administrator") as unknown,
    });
  });

  it("keeps threads of one name in two tenants apart", () => {
    const [one, other] = [newId<TenantId>(), newId<TenantId>()];
    expect(isId(conversationOf(one, threadKey))).toBe(true);
    expect(conversationOf(one, threadKey)).toBe(conversationOf(one, threadKey));
    expect(conversationOf(one, threadKey)).not.toBe(conversationOf(other, threadKey));
    expect(conversationOf(one, threadKey)).not.toBe(conversationOf(one, `${threadKey}1`));
  });
});
