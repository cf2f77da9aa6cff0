import { describe, expect, it } from "@jest/globals";
import { searchSamples } from "../../tests/support/sample-hits.ts";
import { answerability } from "./answerability.ts";
import { quotedAnswerability } from "./quoted-answerability.ts";

const passages = [
  {
    title: "Two-factor authentication",
    text: "Two-factor authentication codes are set up for Slack in the settings of your phone.",
  },
];
const of = (question: string) => {
  const result = searchSamples(question, passages);
  return { plain: answerability(question, result), quoted: quotedAnswerability(question, result) };
};

describe("whether the quotes answer", () => {
  it("counts for less where a name that was asked about is missing", () => {
    const { plain, quoted } = of("How do I set up authentication codes for Workday?");
    expect(plain).toBeGreaterThan(0);
    expect(quoted).toBeLessThan(0.75 * plain);
  });

  it("stays where the quotes name everything", () => {
    const { plain, quoted } = of("How do I set up two-factor authentication codes for Slack?");
    expect(quoted).toBe(plain);
  });
});
