import { beforeEach, describe, expect, it } from "@jest/globals";
import { type ChatBench, chatBench } from "../../tests/support/chat-bench.ts";
import { departmentOf, sampleReply, sampleUpload } from "../../tests/support/sample-work.ts";
import { type DocumentId, newId, type PassageId, type TurnId } from "../ids.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { DocumentUpload } from "../knowledge/document-store.ts";
import type { Citation } from "../answering/citation.ts";
import type { Reply } from "./reply.ts";
import { shareAnswer } from "./share-answer.ts";

const threadKey = "slack:T1:C1:1700000000.000100";

describe("shareAnswer", () => {
  let bench: ChatBench;
  let opened: number;
  beforeEach(() => {
    bench = chatBench();
    opened = 0;
  });
  const document = async (change: Partial<DocumentUpload> = {}): Promise<DocumentId> => {
    const upload = sampleUpload(bench.company, { uploadedBy: null, ...change });
    await bench.database.withTenant(bench.company.tenantId, ({ documents }) =>
      documents.register(upload, []),
    );
    return upload.id;
  };
  const citing = (...documents: readonly DocumentId[]): Reply => {
    const citations: Citation[] = documents.map((documentId, index) => ({
      number: index + 1,
      passageId: newId<PassageId>(),
      documentId,
      title: "Pump manual",
      headingPath: [],
      page: null,
      quote: "Open the valve.",
    }));
    return {
      ...(sampleReply(newId<TurnId>()) as Extract<Reply, { kind: "answer" }>),
      citations,
      fuller: true,
    };
  };
  const share = async (
    turnId: TurnId,
    {
      name = "sam",
      outside = false,
    }: { readonly name?: "sam" | "ada" | "fay"; readonly outside?: boolean } = {},
  ) =>
    shareAnswer(bench, {
      identity: await bench.identity(name),
      turnId,
      outside,
      async openThread() {
        opened += 1;
        return { threadKey, address: { user: "U1" } };
      },
    });
  const isRefused = async (sharing: Promise<void>, message: RegExp, reason: RefusalReason): Promise<void> => {
    await expect(sharing).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringMatching(message) as unknown,
      facts: { reason },
    });
    expect(bench.notes()).toEqual([]);
    expect(opened).toBe(0);
    expect(bench.audited("chat.shared")).toEqual([]);
    expect(bench.audited("policy.denied")).toHaveLength(1);
  };

  it("shows it in the thread, once, saying nothing of who may read more", async () => {
    const turnId = await bench.answered({ reply: citing(await document({ sensitivity: "confidential" })) });
    await share(turnId);
    await share(turnId);
    const [note, ...more] = bench.notes(threadKey);
    expect(more).toEqual([]);
    expect(note).toMatchObject({
      kind: "answer_shared",
      by: "Sam Staff",
      reply: { text: "Open the valve first. [1]" },
    });
    expect(JSON.stringify(note)).not.toContain("fuller");
    expect(bench.audited("chat.shared")).toEqual(["chat.shared success"]);
    expect(bench.woken).toContain(`delivery delivery-${threadKey}`);
  });

  it.each([
    ["restricted", { sensitivity: "restricted" as const }],
    ["limited to certain readers", { readers: ["user:somebody"] }],
  ])("is refused where a cited document is %s", async (_what, change) => {
    const readers = "readers" in change ? [`user:${(await bench.identity("ada")).member.id}`] : null;
    const { id: userId } = (await bench.identity("ada")).member;
    const reply = citing(await document(), await document({ name: "secret.md", ...change, readers }));
    const turnId = await bench.answered({ userId, reply });
    await isRefused(share(turnId, { name: "ada" }), /not for everyone/, "share_restricted");
  });

  it("is refused where the department does not let its answers be shown", async () => {
    const { id: userId } = (await bench.identity("fay")).member;
    const cited = await document({ departmentId: departmentOf(bench.company, "finance") });
    const turnId = await bench.answered({ userId, reply: citing(cited) });
    await isRefused(share(turnId, { name: "fay" }), /Finance does not let/, "share_department_closed");
  });

  it("is refused where the asker may not read what was cited any more", async () => {
    const cited = await document({ departmentId: departmentOf(bench.company, "finance") });
    await isRefused(
      share(await bench.answered({ reply: citing(cited) })),
      /may not read it any more/,
      "share_document_gone",
    );
  });

  it("is refused where a cited document is gone, or nothing is cited", async () => {
    await isRefused(
      share(await bench.answered({ reply: citing(newId<DocumentId>()) })),
      /is gone/,
      "share_document_gone",
    );
    await expect(share(await bench.answered({ reply: citing() }))).rejects.toMatchObject({
      code: "forbidden",
      facts: { reason: "share_uncited" },
    });
  });

  it("is refused outside the company, but for what guests may read", async () => {
    const inside = citing(await document({ sensitivity: "confidential" }));
    await isRefused(
      share(await bench.answered({ reply: inside }), { outside: true }),
      /other companies/,
      "share_outsiders",
    );
    await share(await bench.answered({ reply: citing(await document({ name: "open.md" })) }), {
      outside: true,
    });
    expect(bench.notes(threadKey)).toHaveLength(1);
  });

  it("is refused to anybody but the asker, and where there is no answer", async () => {
    const turnId = await bench.answered({ reply: citing(await document()) });
    await isRefused(share(turnId, { name: "ada" }), /Only whoever asked/, "share_not_yours");
    await expect(share(newId<TurnId>())).rejects.toMatchObject({
      code: "not_found",
      facts: { reason: "nothing_to_show" },
    });
  });
});
