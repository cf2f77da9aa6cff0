import { describe, expect, it } from "@jest/globals";
import { searchSamples } from "../../tests/support/sample-hits.ts";
import { answerability } from "../answering/answerability.ts";
import { type AttachmentId, type ConversationId, newId, type PassageId, type TurnId } from "../ids.ts";
import type { SearchResult } from "../knowledge/knowledge-index.ts";
import type { Attachment, AttachmentPassage } from "./attachment.ts";
import {
  asksForFile,
  firstPassages,
  isAttached,
  withAttachments,
  withoutFileNames,
} from "./rank-attachments.ts";

const file = (name: string): Attachment => ({
  id: newId<AttachmentId>(),
  turnId: newId<TurnId>(),
  conversationId: newId<ConversationId>(),
  name,
  mediaType: "text/plain",
  sizeBytes: 1,
  link: null,
  state: "read",
  contentHash: null,
  failure: null,
});
const passagesOf = ({ id }: Attachment, ...texts: readonly string[]): readonly AttachmentPassage[] =>
  texts.map((content, position) => ({
    id: newId<PassageId>(),
    attachmentId: id,
    position,
    headingPath: [],
    page: null,
    content,
    tokenCount: 10,
  }));

const report = file("report.txt");
const texts = [
  "The visit took place on a Tuesday and everyone was well.",
  "The bearing of compressor K-4 was replaced by Somchai on 3 May.",
  "Lunch was served in the canteen.",
  "The next visit is planned for autumn.",
  "Vibration of compressor K-4 is 2.1 mm/s after the repair.",
];
const conversation = { files: [report], passages: passagesOf(report, ...texts) };
const question = "Who replaced the bearing of compressor K-4?";
const nothing: SearchResult = { hits: [], terms: [], collectionSize: 0 };

describe("passages of files beside those of documents", () => {
  it("stand before them, the best first, named as the file's", () => {
    const found = searchSamples(question, [{ text: "A compressor has a bearing.", title: "Compressors" }]);
    const { hits } = withAttachments(question, conversation, found);
    expect(hits.map(({ passage }) => passage.text)).toEqual([
      texts[1],
      texts[4],
      found.hits[0]?.passage.text,
    ]);
    expect(hits.map(({ passage }) => isAttached(passage))).toEqual([true, true, false]);
    expect(hits[0]?.passage).toMatchObject({ title: "report.txt", documentId: report.id });
  });

  it("score by the same measure: never more than the question's words weigh, and by their share of it", () => {
    const found = searchSamples(question, [{ text: texts[1] ?? "" }, { text: texts[2] ?? "" }]);
    const { hits, terms } = withAttachments(question, conversation, found);
    const bound = terms.reduce((sum, { idf }) => sum + idf, 0);
    const [own] = hits;
    const theirs = hits.find(({ passage }) => !isAttached(passage));
    expect(own?.wordScore).toBeLessThan(bound);
    // The same words in both: the two scores differ by the length norm alone.
    expect(Math.abs((own?.wordScore ?? 0) / (theirs?.wordScore ?? 1) - 1)).toBeLessThan(0.35);
    expect(terms.find(({ term }) => term === "compressor")?.passages).toBe(3);
  });

  it("are scaled to scores that are sums of ranks", () => {
    const found = searchSamples(question, [{ text: "A compressor has a bearing." }]);
    const fused = { ...found, hits: found.hits.map((hit) => ({ ...hit, score: 1 / 61 })) };
    const { hits } = withAttachments(question, conversation, fused);
    expect(hits[0]?.score).toBeLessThan(0.1);
    expect(hits[0]?.score).toBeGreaterThan(hits.at(-1)?.score ?? 1);
  });

  it("answer confidently what they say and not what they do not, with documents and without any", () => {
    const documents = searchSamples(question, [{ text: "A pump moves water.", title: "Pumps" }]);
    for (const found of [documents, nothing]) {
      const said = answerability(question, withAttachments(question, conversation, found));
      const other = "What is the budget of the marketing team?";
      const terms = searchSamples(other, [{ text: "A pump moves water." }]);
      const unsaid = answerability(
        other,
        withAttachments(other, conversation, found === nothing ? nothing : terms),
      );
      expect(said).toBeGreaterThan(0.5);
      expect(unsaid).toBeLessThan(0.2);
    }
  });

  it("are left out where they hold nothing but words that ask", () => {
    const other = "What was it on Tuesday's budget for marketing?";
    const { hits } = withAttachments("Who was it and what was this about?", conversation, nothing);
    expect(hits).toEqual([]);
    expect(withAttachments(other, conversation, nothing).hits).toHaveLength(1);
  });
});

describe("a question for the file itself", () => {
  it.each([
    "what does this say",
    "Please summarise the attached PDF",
    "can you read this?",
    "what's in this file?",
    "",
    "สรุปไฟล์นี้",
    "ช่วยสรุปเอกสารแนบให้หน่อยครับ",
    "ในไฟล์นี้เขียนว่าอะไร",
    "เนื้อหาในเอกสารนี้คืออะไร",
  ])("is seen: %s", (text) => {
    expect(asksForFile(text, true)).toBe(true);
  });

  it.each(["what does this say about valves?", "How do I start the pump?", "ไฟล์นี้บอกวิธีเปิดวาล์วไหม"])(
    "is not: %s",
    (text) => {
      expect(asksForFile(text, true)).toBe(false);
    },
  );

  it("has to name the file where that came with an earlier question", () => {
    expect(asksForFile("can you explain?", false)).toBe(false);
    expect(asksForFile("can you explain the file?", false)).toBe(true);
  });

  it("is answered from its first passages, of several files in turn", () => {
    const other = file("second.txt");
    const both = {
      files: [report, other],
      passages: [...conversation.passages, ...passagesOf(other, "One.", "Two.")],
    };
    expect(firstPassages(both).map(({ passage }) => passage.text)).toEqual([
      texts[0],
      "One.",
      texts[1],
      "Two.",
    ]);
  });

  it("is searched for without the words that only point at the file", () => {
    expect(withoutFileNames("What does the attached file say about valves?")).toBe(
      "What does say about valves?",
    );
    expect(withoutFileNames("ในไฟล์นี้มีวาล์วกี่ตัว")).toBe("มีวาล์วกี่ตัว");
    expect(withoutFileNames("Where do we file invoices?")).toBe("Where do we file invoices?");
  });
});
