import { beforeEach, describe, expect, it } from "@jest/globals";
import { draftExtractively } from "../answering/answer-extractively.ts";
import type { Answerer, DraftInput } from "../answering/draft.ts";
import { type AttachmentId, newId, type PassageId } from "../ids.ts";
import type { ReceivedQuestion } from "../inbox/inbox.ts";
import { draftOf, type TurnBench, turnBench } from "../../tests/support/turn-bench.ts";
import type { Attachment } from "./attachment.ts";
import { replyTexts } from "./reply-texts.ts";

const repair = "The bearing of compressor K-4 was replaced by Somchai on 3 May.";
const quoting: Answerer = (input, onText) => {
  const draft = draftExtractively(input);
  onText(draft.text);
  return Promise.resolve(draft);
};

describe("a question with files", () => {
  let bench: TurnBench;
  beforeEach(async () => {
    bench = await turnBench();
  });
  const attach = async (
    { id: turnId, payload: { conversationId } }: ReceivedQuestion,
    ...files: readonly (Partial<Attachment> & { readonly texts?: readonly string[] })[]
  ): Promise<void> => {
    await bench.database.withTenant(bench.company.tenantId, ({ attachments }) =>
      attachments.add(
        files.map(({ texts = [], ...change }) => {
          const id = newId<AttachmentId>();
          return {
            id,
            turnId,
            conversationId,
            name: "report.txt",
            mediaType: "text/plain",
            sizeBytes: 1,
            link: "https://acme.slack.com/files/F1",
            state: "read",
            contentHash: "0".repeat(64),
            failure: null,
            ...change,
            passages: texts.map((content, position) => ({
              id: newId<PassageId>(),
              attachmentId: id,
              position,
              headingPath: [],
              page: null,
              content,
              tokenCount: 10,
            })),
          };
        }),
      ),
    );
  };
  const ask = (question: string, change: Parameters<TurnBench["receive"]>[0] = {}) =>
    bench.receive({ question, channel: "slack", ...change });

  it("is answered from a file, cited with its link", async () => {
    const asked = await ask("Who replaced the bearing of compressor K-4?");
    await attach(asked, { texts: [repair, "Lunch was served in the canteen."] });
    await bench.run(asked.id, { quoting });
    const { reply } = bench.row(asked.id);
    expect(reply).toMatchObject({
      kind: "answer",
      citations: [{ title: "report.txt", quote: repair, link: "https://acme.slack.com/files/F1" }],
    });
  });

  it("is answered from the documents, which have no link, where the file says nothing about it", async () => {
    const asked = await ask("How do I start the pump?");
    await attach(asked, { texts: [repair] });
    await bench.run(asked.id, { quoting });
    const { reply } = bench.row(asked.id);
    expect(reply).toMatchObject({ kind: "answer", citations: [{ title: "Pump manual" }] });
    expect(reply?.kind === "answer" && reply.citations[0]).not.toHaveProperty("link");
  });

  it("knows the files of earlier questions of its conversation, and of no other", async () => {
    const first = await ask("What does this say?");
    await attach(first, { texts: [repair] });
    await bench.run(first.id, { quoting });
    const next = await ask("Who replaced the bearing?", { conversationId: first.payload.conversationId });
    await bench.run(next.id, { quoting });
    expect(bench.row(next.id).reply?.text).toContain("Somchai");
    const elsewhere = await ask("Who replaced the bearing?");
    await bench.run(elsewhere.id, { quoting });
    expect(bench.row(elsewhere.id).reply).toMatchObject({ kind: "not_found" });
    expect(JSON.stringify(bench.row(elsewhere.id))).not.toContain("Somchai");
  });

  it("quotes how a file begins where it is asked for itself, and says that it sums nothing up", async () => {
    const asked = await ask("What does this say?");
    await attach(asked, { texts: [repair, "Lunch was served."] });
    await bench.run(asked.id, { quoting });
    const { reply } = bench.row(asked.id);
    expect(reply).toMatchObject({
      kind: "answer",
      confidence: { level: "medium" },
      answeredBy: "extractive",
    });
    expect(reply?.text).toBe(`${repair} [1]\n\n_${replyTexts.en.beginning}_`);
  });

  it("gives a model the file's first passages, where it is asked for itself", async () => {
    const asked = await ask("What does this say?");
    await attach(asked, { texts: [repair, "Lunch was served."] });
    let seen: DraftInput | undefined;
    await bench.run(asked.id, {
      model: async (input, onText) => {
        seen = input;
        return draftOf(input.result.hits[0]?.passage, onText, "test-model");
      },
    });
    expect(seen?.result.hits.map(({ passage }) => passage.text)).toEqual([repair, "Lunch was served."]);
    expect(bench.row(asked.id).reply).toMatchObject({ kind: "answer", answeredBy: "test-model" });
    expect(bench.row(asked.id).reply?.text).not.toContain(replyTexts.en.beginning);
  });

  it("names pictures and what could not be read, once, in the asker's language", async () => {
    const failure = {
      code: "document_encrypted" as const,
      message: "The file is locked with a password.",
      remedy: "Send it without one.",
    };
    const asked = await ask("How do I start the pump?");
    await attach(
      asked,
      { name: "pump.png", state: "image" },
      { name: "plan.pdf", state: "unreadable", failure },
    );
    await bench.run(asked.id, { quoting });
    expect(bench.row(asked.id).reply?.text.split("\n\n").slice(-2)).toEqual([
      "I cannot look at pictures yet: pump.png is kept with the question.",
      "I could not read plan.pdf. The file is locked with a password. Send it without one.",
    ]);
    const next = await ask("How do I start the pump?", { conversationId: asked.payload.conversationId });
    await bench.run(next.id, { quoting });
    expect(bench.row(next.id).reply?.text).not.toContain("pump.png");
    const thai = await ask("เครื่องบินลำนี้บินไปไหน");
    Object.assign(thai.payload, { language: "th" });
    await attach(thai, { name: "plan.pdf", state: "unreadable", failure });
    await bench.run(thai.id, { quoting });
    expect(bench.row(thai.id).reply?.text.split("\n\n").at(-1)).toBe(replyTexts.th.unreadable("plan.pdf"));
  });

  it("goes on in another process with the passages of its files", async () => {
    const asked = await ask("Who replaced the bearing of compressor K-4?");
    await attach(asked, { texts: [repair] });
    await bench.run(asked.id, {
      quoting: () => {
        throw new Error("gone");
      },
      follow: () => (event) => {
        if (event.kind === "state" && event.state === "retrieved") bench.row(asked.id).attempts += 1;
      },
    });
    expect(bench.row(asked.id).state).toBe("retrieved");
    bench.row(asked.id).leaseUntil = 0;
    await bench.run(asked.id, { quoting });
    expect(bench.row(asked.id).reply?.text).toContain("Somchai");
  });

  it("does not look for files on the web, which takes none", async () => {
    const { id } = await bench.receive();
    bench.database.breakDown("attachments");
    await bench.run(id);
    expect(bench.row(id).state).toBe("answered");
  });
});
