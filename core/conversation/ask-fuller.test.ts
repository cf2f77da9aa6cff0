import { beforeEach, describe, expect, it } from "@jest/globals";
import { type ChatBench, chatBench } from "../../tests/support/chat-bench.ts";
import { departmentOf, sampleEvent } from "../../tests/support/sample-work.ts";
import { storeScope } from "../identity/access.ts";
import { placeScope } from "../identity/place-scope.ts";
import { type AttachmentId, newId, type PassageId, type TurnId } from "../ids.ts";
import { askFuller } from "./ask-fuller.ts";
import { conversationOf } from "./ask-in-thread.ts";

const threadKey = "slack:T1:C1:1700000000.000100:U1:n1";

describe("askFuller", () => {
  let bench: ChatBench;
  beforeEach(() => {
    bench = chatBench();
  });
  const click = async (turnId: TurnId, name: "sam" | "ada" = "sam") => {
    const event = { ...sampleEvent(bench.company), channel: "slack" as const };
    await bench.database.inbox.receiveEvent(event);
    const input = { event, identity: await bench.identity(name), turnId, threadKey, address: { user: "U1" } };
    return { event, ask: () => askFuller(bench, input) };
  };
  const tables = () => bench.database.tables(bench.company.tenantId);
  const rowOf = (id: TurnId) => [...tables().inbox.values()].find((row) => row.id === id);
  const shared = async () => {
    const { departments } = await bench.identity("sam");
    return await bench.answered({
      shared: true,
      placeScope: storeScope(placeScope(departments, { kind: "outside" })),
    });
  };

  it("asks the same again for the asker alone, with all that they may read", async () => {
    const turnId = await shared();
    const { event, ask } = await click(turnId);
    expect(await ask()).toMatchObject({ turnId: event.id, fresh: true });
    const payload = rowOf(event.id)?.payload;
    expect(payload).toMatchObject({
      question: "How do I start the pump?",
      departmentId: null,
      shared: false,
      threadKey,
    });
    expect(payload).not.toHaveProperty("placeScope");
    expect(await ask()).toMatchObject({ fresh: false });
  });

  it("asks a follow-up as it was understood in its thread, in the department that was asked by name", async () => {
    const turnId = await shared();
    const row = tables().turns.get(turnId);
    if (!row) throw new Error("there is no turn");
    const retrieval = {
      standaloneQuestion: "And how do I stop it? (pump)",
      hits: [],
      terms: [],
      collectionSize: 0,
    };
    row.work = { ...row.work, retrieval };
    row.departmentId = departmentOf(bench.company, "finance");
    const { event, ask } = await click(turnId);
    await ask();
    expect(rowOf(event.id)?.payload).toMatchObject({
      question: "And how do I stop it? (pump)",
      departmentId: null,
    });
  });

  it("takes the files along, once", async () => {
    const turnId = await shared();
    const turn = tables().turns.get(turnId);
    const conversationId = turn?.event.payload.conversationId;
    if (!conversationId) throw new Error("there is no conversation");
    const id = newId<AttachmentId>();
    const passage = { id: newId<PassageId>(), attachmentId: id, position: 0, headingPath: [], page: null };
    await bench.database.withTenant(bench.company.tenantId, ({ attachments }) =>
      attachments.add([
        {
          id,
          turnId,
          conversationId,
          name: "report.txt",
          mediaType: "text/plain",
          sizeBytes: 1,
          link: "https://acme.slack.com/files/F1",
          state: "read",
          contentHash: null,
          failure: null,
          passages: [{ ...passage, content: "The bearing was replaced.", tokenCount: 5 }],
        },
      ]),
    );
    const { event, ask } = await click(turnId);
    await ask();
    await ask();
    const conversation = conversationOf(bench.company.tenantId, threadKey);
    await bench.database.withTenant(bench.company.tenantId, async ({ attachments }) => {
      const [copy, ...more] = await attachments.of(conversation, 10);
      expect(more).toEqual([]);
      expect(copy).toMatchObject({
        turnId: event.id,
        name: "report.txt",
        link: "https://acme.slack.com/files/F1",
      });
      expect(copy?.id).not.toBe(id);
      expect(await attachments.passages(conversation, 10)).toMatchObject([
        { attachmentId: copy?.id, content: "The bearing was replaced." },
      ]);
    });
  });

  it("is for whoever asked: anybody else is told so, and nothing is asked", async () => {
    const turnId = await shared();
    const { event, ask } = await click(turnId, "ada");
    await expect(ask()).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("whoever asked") as unknown,
    });
    expect(rowOf(event.id)?.payload).toBeNull();
    expect(bench.audited("policy.denied")).toEqual(["policy.denied denied"]);
    const unknown = await click(newId<TurnId>());
    await expect(unknown.ask()).rejects.toMatchObject({ code: "not_found" });
  });
});
