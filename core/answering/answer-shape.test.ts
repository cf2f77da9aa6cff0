import { describe, expect, it } from "@jest/globals";
import { answerShape } from "./answer-shape.ts";

describe("the shape of an answer", () => {
  it.each([
    ["How many days of leave do I get?", "You get 12 days.", "Ask by 15 March."],
    ["How long does a repair take?", "It takes 4 working days.", "Room 4 repairs it."],
    ["How often are scales checked?", "Scales are checked every month.", "There are 12 scales."],
    ["How much does a badge cost?", "A badge costs THB 300.", "Form 300 is for badges."],
    ["กะเช้าเริ่มกี่โมง", "เริ่ม 06:00 น.", "มี 3 กะ"],
    ["ลาพักร้อนได้กี่วัน", "ลาได้ 10 วัน", "แบบฟอร์ม 10"],
  ])("%s wants its own unit", (question, right, wrong) => {
    const fits = answerShape(question, "how_many");
    expect(fits(right)).toBe(1);
    expect(fits(wrong)).toBeLessThan(1);
  });
});
