import { describe, expect, it } from "@jest/globals";
import { hitOf } from "../../tests/support/sample-hits.ts";
import type { SearchHit, SearchResult } from "../knowledge/knowledge-index.ts";
import { checkGrounding } from "./check-grounding.ts";
import type { Draft } from "./draft.ts";

const leave = hitOf(
  "You can carry over a maximum of 240 annual leave hours from one leave year to the next. Ask your supervisor before you book travel.",
  { title: "Leave types" },
);
const reset = hitOf("Run `kubectl rollout restart deployment/api` and wait until `ORA-01555` is gone.");
const result: SearchResult = { hits: [leave, reset], terms: [], collectionSize: 2 };

const draftOf = (text: string, ...cited: readonly SearchHit[]): Draft => ({
  text,
  answeredBy: "model",
  complete: true,
  citations: cited.map(({ passage }, index) => ({
    number: index + 1,
    passageId: passage.id,
    documentId: passage.documentId,
    title: passage.title,
    headingPath: passage.headingPath,
    page: passage.page,
    quote: passage.text,
  })),
});

describe("grounding", () => {
  it("takes verbatim sentences as fully supported", () => {
    const grounding = checkGrounding(
      draftOf("Ask your supervisor before you book travel. [1]", leave),
      result,
    );
    expect(grounding).toMatchObject({ support: 1, grounded: true, unsupported: [] });
    expect(grounding.sentences).toEqual([
      { text: "Ask your supervisor before you book travel.", citations: [1], support: 1 },
    ]);
  });

  it("accepts the passage's facts in other words", () => {
    const text = "A maximum of 240 hours of annual leave carries over to the next year [1].";
    expect(checkGrounding(draftOf(text, leave), result).grounded).toBe(true);
  });

  it("refuses a figure that no cited passage holds", () => {
    const text = "You can carry over a maximum of 300 annual leave hours to the next year [1].";
    const grounding = checkGrounding(draftOf(text, leave), result);
    expect(grounding.grounded).toBe(false);
    expect(grounding.unsupported).toEqual([
      "You can carry over a maximum of 300 annual leave hours to the next year.",
    ]);
  });

  it("refuses an identifier that no cited passage holds", () => {
    const grounding = checkGrounding(draftOf("Wait until `ORA-01556` is gone [1].", reset), result);
    expect(grounding.sentences[0]?.support).toBeLessThanOrEqual(0.3);
  });

  it("names each unsupported sentence and weighs them by their words", () => {
    const text =
      "Ask your supervisor before you book travel [1]. Elephants may always fly first class for free [1].";
    const grounding = checkGrounding(draftOf(text, leave), result);
    expect(grounding.unsupported).toEqual(["Elephants may always fly first class for free."]);
    expect(grounding.support).toBeGreaterThan(0.3);
    expect(grounding.support).toBeLessThan(0.6);
  });

  it("holds a sentence against the passage that it cites, not another", () => {
    const text = "Ask your supervisor before you book travel [2].";
    expect(checkGrounding(draftOf(text, leave, reset), result).grounded).toBe(false);
  });

  it("shares the marks at the end of a block with the sentences before them", () => {
    const text = "Ask your supervisor before you book travel. You can carry over 240 annual leave hours. [1]";
    const { sentences } = checkGrounding(draftOf(text, leave), result);
    expect(sentences.map(({ citations }) => citations)).toEqual([[1], [1]]);
  });

  it("reports marks without a citation and citations of passages that were not retrieved", () => {
    const other = hitOf("Ask your supervisor before you book travel.");
    const grounding = checkGrounding(
      draftOf("Ask your supervisor before you book travel [1][7].", other),
      result,
    );
    expect(grounding.unknownCitations).toEqual([1, 7]);
    expect(grounding.grounded).toBe(false);
  });

  it("does not take code for marks", () => {
    const text = "```\nkubectl rollout restart deployment/api\n```\n[1]";
    expect(checkGrounding(draftOf(text, reset), result).unknownCitations).toEqual([]);
  });

  it("gives an empty draft nothing", () => {
    expect(checkGrounding(draftOf(""), result)).toMatchObject({ support: 0, grounded: false });
  });

  it("reads Thai", () => {
    const thai = hitOf("พนักงานลาพักร้อนได้ปีละ 10 วัน และต้องแจ้งล่วงหน้าอย่างน้อย 3 วัน");
    const found = { hits: [thai], terms: [], collectionSize: 1 };
    expect(checkGrounding(draftOf("พนักงานลาพักร้อนได้ปีละ 10 วัน [1]", thai), found).grounded).toBe(true);
    expect(checkGrounding(draftOf("พนักงานลาพักร้อนได้ปีละ 15 วัน [1]", thai), found).grounded).toBe(false);
  });
});
