import { describe, expect, it } from "@jest/globals";
import { searchSamples } from "../../tests/support/sample-hits.ts";
import { draftExtractively } from "./answer-extractively.ts";
import { assessConfidence, retrievalConfidence } from "./assess-confidence.ts";
import { checkGrounding } from "./check-grounding.ts";
import { answerThreshold } from "./confidence-model.ts";
import { confidenceLevel } from "./confidence.ts";

const passages = [
  {
    title: "PIV card",
    text: "To reset the PIN of your PIV card, visit a credentialing center with your badge. It takes 20 minutes.",
  },
  { title: "Travel", text: "Travel requests are approved by your supervisor within 5 business days." },
  { title: "Zoom", text: "Zoom meetings are recorded to the cloud. Recordings are deleted after 30 days." },
];

function assess(question: string) {
  const result = searchSamples(question, passages);
  const draft = draftExtractively({ standaloneQuestion: question, result });
  return assessConfidence({ question, result, draft, grounding: checkGrounding(draft, result) });
}

describe("confidence", () => {
  it("is high for what a passage plainly answers, and says why", () => {
    const confidence = assess("How do I reset the PIN of my PIV card?");
    expect(confidence.value).toBeGreaterThan(0.7);
    expect(confidence.level).toBe(confidenceLevel(confidence.value));
    expect(confidence.reasons.filter(({ effect }) => effect === "for").map(({ code }) => code)).toEqual(
      expect.arrayContaining(["words_covered", "fully_supported"]),
    );
  });

  it("is below the threshold for what no passage speaks of, and names the missing words", () => {
    const confidence = assess("Which vaccination does the Singapore travel clinic offer in Bangkok?");
    expect(confidence.value).toBeLessThan(answerThreshold);
    const missing = confidence.reasons.find(({ code }) => code === "words_missing");
    expect(missing?.effect).toBe("against");
    expect(String(missing?.facts["words"])).toContain("vaccin");
  });

  it("is zero without hits", () => {
    const confidence = assess("xyzzy plugh");
    expect(confidence).toMatchObject({ value: 0, level: "low" });
    expect(confidence.reasons.map(({ code }) => code)).toEqual(["nothing_found"]);
    expect(retrievalConfidence("xyzzy plugh", searchSamples("xyzzy plugh", passages))).toBe(0);
  });

  it("falls with what the answer cannot support, and with what it leaves off", () => {
    const question = "How do I reset the PIN of my PIV card?";
    const result = searchSamples(question, passages);
    const draft = draftExtractively({ standaloneQuestion: question, result });
    const value = (text: string, complete = true): number => {
      const changed = { ...draft, text, complete };
      return assessConfidence({
        question,
        result,
        draft: changed,
        grounding: checkGrounding(changed, result),
      }).value;
    };
    const whole = value(draft.text);
    expect(value(`${draft.text} Unicorns deliver 900 new cards every Monday [1].`)).toBeLessThan(whole);
    expect(value(draft.text, false)).toBeLessThan(whole);
    expect(value(`${draft.text} [9]`)).toBeLessThan(whole);
  });
});
