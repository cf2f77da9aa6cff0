import { describe, expect, it } from "@jest/globals";
import { hitOf } from "../../tests/support/sample-hits.ts";
import { checkGrounding } from "./check-grounding.ts";
import type { DraftInput } from "./draft.ts";
import { quoteBeginning } from "./quote-beginning.ts";

const draft = (...hits: readonly ReturnType<typeof hitOf>[]) => {
  const result = { hits, terms: [], collectionSize: hits.length };
  const input: DraftInput = {
    question: "What does this say?",
    standaloneQuestion: "What does this say?",
    history: [],
    result,
    language: "en",
    department: { name: "", instructions: null },
    signal: new AbortController().signal,
  };
  return quoteBeginning(input, () => undefined).then((made) => ({
    made,
    grounding: checkGrounding(made, result),
  }));
};
const paragraph = (start: string): string => `${start} ${"and goes on for a while ".repeat(14)}here.`;

describe("the beginning of a file", () => {
  it("is quoted verbatim, in whole blocks, of each file once", async () => {
    const first = [paragraph("It begins"), paragraph("It continues"), paragraph("It ends")].join("\n\n");
    const { made, grounding } = await draft(
      hitOf(first, { documentId: "a" }),
      hitOf("Page two.", { documentId: "a" }),
      hitOf("# Another\n\nShort.", { documentId: "b" }),
    );
    expect(made.citations.map(({ number, documentId }) => [number, documentId])).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    expect(made.text).toContain("It begins");
    expect(made.text).not.toMatch(/It ends|Page two/);
    expect(first).toContain(made.citations[0]?.quote);
    expect(grounding).toMatchObject({ grounded: true, unknownCitations: [] });
  });

  it("is cut between words where the first block is long, and empty where there is none", async () => {
    const { made } = await draft(hitOf("word ".repeat(400)));
    expect(made.text.length).toBeLessThan(720);
    expect(made.text).toMatch(/word \[1\]$/);
    expect((await draft()).made).toMatchObject({ text: "", citations: [] });
  });
});
