import { describe, expect, it } from "@jest/globals";
import { hitOf } from "../../tests/support/sample-hits.ts";
import type { SearchHit, SearchResult } from "../knowledge/knowledge-index.ts";
import { checkGrounding } from "./check-grounding.ts";
import type { Draft } from "./draft.ts";
import { supportedPart } from "./supported-part.ts";

const pump = hitOf("Open the inlet valve before you start the pump. Turn the green key to the right.");
const oil = hitOf("Change the oil of the pump every 400 hours of operation.");
const result: SearchResult = { hits: [pump, oil], terms: [], collectionSize: 2 };

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

describe("the supported part of a draft", () => {
  it("is the draft itself where every sentence is supported", () => {
    const draft = draftOf("Open the inlet valve before you start the pump [1].", pump);
    expect(supportedPart(draft, result)).toBe(draft);
  });

  it("leaves out the sentences that no passage holds, and citations that only they used", () => {
    const text =
      "Open the inlet valve before you start the pump [1]. Telephone Zurich headquarters immediately [2]. Turn the green key to the right [1].";
    const kept = supportedPart(draftOf(text, pump, oil), result);
    expect(kept?.text).toBe(
      "Open the inlet valve before you start the pump [1]. Turn the green key to the right [1].",
    );
    expect(kept?.citations.map(({ number }) => number)).toEqual([1]);
  });

  it("leaves out a wrong figure of a list, keeping its other items", () => {
    const text =
      "- Open the inlet valve before you start the pump [1]\n- Change the oil of the pump every 900 hours of operation [2]\n- Turn the green key to the right [1]";
    const kept = supportedPart(draftOf(text, pump, oil), result);
    expect(kept?.text).toBe(
      "- Open the inlet valve before you start the pump [1]\n- Turn the green key to the right [1]",
    );
  });

  it("keeps the mark that a kept sentence shared with one that is left out", () => {
    const text =
      "Open the inlet valve before you start the pump. Turn the green key to the right. Telephone Zurich immediately [1].";
    const kept = supportedPart(draftOf(text, pump), result);
    expect(kept?.text).toMatch(/^Open the inlet valve .* to the right\. \[1\]$/);
  });

  it("is nothing where the draft cites what was not found, or rests on too little", () => {
    const stranger = hitOf("Open the inlet valve before you start the pump.");
    expect(supportedPart(draftOf("Open the inlet valve [1].", stranger), result)).toBeNull();
    expect(supportedPart(draftOf("Open the inlet valve before you start the pump."), result)).toBeNull();
    const invented =
      "Open the inlet valve [1]. Then telephone Zurich headquarters, wait forty minutes and sing.";
    expect(supportedPart(draftOf(invented, pump), result)).toBeNull();
    expect(supportedPart(draftOf("…", pump), result)).toBeNull();
  });

  it("never holds an unsupported sentence", () => {
    const sentences = [
      "Open the inlet valve before you start the pump [1].",
      "Change the oil every 900 hours [2].",
      "Turn the green key to the right.",
      "Nobody knows why [2].",
      "Change the oil of the pump every 400 hours of operation [2].",
    ];
    for (let mask = 1; mask < 32; mask += 1) {
      const text = sentences.filter((_, index) => (mask & (1 << index)) !== 0).join(" ");
      const kept = supportedPart(draftOf(text, pump, oil), result);
      if (kept) expect([text, checkGrounding(kept, result).unsupported]).toEqual([text, []]);
    }
  });
});
