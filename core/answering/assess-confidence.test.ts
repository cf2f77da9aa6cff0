import { describe, expect, it } from "@jest/globals";
import { searchSamples } from "../../tests/support/sample-hits.ts";
import { draftExtractively } from "./answer-extractively.ts";
import { assessConfidence, retrievalConfidence } from "./assess-confidence.ts";
import { checkGrounding } from "./check-grounding.ts";
import { answerThreshold } from "./confidence-model.ts";
import { confidenceLevel, type ConfidenceReason } from "./confidence.ts";

const passages = [
  {
    title: "PIV card",
    text: "To reset the PIN of your PIV card, visit a credentialing center with your badge. It takes 20 minutes.",
  },
  { title: "Travel", text: "Travel requests are approved by your supervisor within 5 business days." },
  { title: "Zoom", text: "Zoom meetings are recorded to the cloud. Recordings are deleted after 30 days." },
];

function assess(question: string, asked = question) {
  const result = searchSamples(question, passages);
  const draft = draftExtractively({ standaloneQuestion: question, result });
  return assessConfidence({ question, asked, result, draft, grounding: checkGrounding(draft, result) });
}

const wordsOf = (code: ConfidenceReason["code"], ...question: Parameters<typeof assess>): readonly string[] =>
  String(assess(...question).reasons.find((reason) => reason.code === code)?.facts["words"] ?? "")
    .split(", ")
    .filter((word) => word !== "");

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

  it("lists missing Thai word by word, each once", () => {
    const missing = wordsOf("words_missing", "Zoom เครื่องจักรต้องซ่อมเครื่องจักรอย่างไร");
    expect(missing.toSorted()).toEqual(["ซ่อม", "เครื่องจักร"].toSorted());
  });

  it("names an amount whole", () => {
    const question = "Is travel of 20,000 baht approved by the supervisor?";
    expect(wordsOf("names_or_numbers_missing", question)).toEqual(["20,000"]);
  });

  it("takes neither asking words nor a sentence's first word for names", () => {
    const question = "Broken scanner. How do I reset a PIN? How do staff of Contoso?";
    expect(wordsOf("names_or_numbers_missing", question)).toEqual(["Contoso"]);
    expect(wordsOf("names_or_numbers_missing", "“Scanner how. How do I reset a card")).toEqual([]);
  });

  it("leaves out missing words that only the thread brought in", () => {
    const question = "Are vaccinations recorded? (Singapore clinic Zoom)";
    expect(wordsOf("words_missing", question, "Are vaccinations recorded?")).toEqual(["vaccinations"]);
    expect(wordsOf("names_or_numbers_missing", question, "Are vaccinations recorded?")).toEqual([]);
    expect(wordsOf("words_missing", question)).toContain("Singapore");
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
