import { describe, expect, it } from "@jest/globals";
import { answerShape } from "./answer-shape.ts";
import { askingTerms, questionType } from "./question-type.ts";

describe("question type", () => {
  it.each([
    ["Who approves overtime?", "who"],
    ["When is the report due?", "when"],
    ["What year was it founded?", "when"],
    ["How many days do I get?", "how_many"],
    ["How long does it take?", "how_many"],
    ["Where is the form?", "where"],
    ["How do I reset my PIN?", "how_to"],
    ["What should I do if etcd has no leader?", "how_to"],
    ["Why was it declined?", "why"],
    ["What is a SEV-1?", "definition"],
    ["Can I carry over leave?", "yes_no"],
    ["Overtime rules", "other"],
    ["ใครอนุมัติค่าล่วงเวลา", "who"],
    ["ลาพักร้อนได้กี่วัน", "how_many"],
    ["เบิกค่าเดินทางอย่างไร", "how_to"],
    ["เทสลาเสียชีวิตในปีใด", "when"],
    ["ลาล่วงหน้าได้ไหม", "yes_no"],
  ] as const)("%s is %s", (question, type) => {
    expect(questionType(question)).toBe(type);
  });

  it("knows what satisfies it", () => {
    expect(answerShape("", "how_many")("At most 240 hours.") > 0).toBe(true);
    expect(answerShape("", "how_many")("At most some hours.") > 0).toBe(false);
    expect(answerShape("", "why")("Because the card had expired.") > 0).toBe(true);
    expect(answerShape("", "how_to")("The sky is blue") > 0).toBe(false);
  });

  it("leaves the words out that only ask", () => {
    expect(askingTerms.has("what")).toBe(true);
    expect(askingTerms.has("leav")).toBe(false);
  });
});
