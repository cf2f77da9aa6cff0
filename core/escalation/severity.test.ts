import { describe, expect, it } from "@jest/globals";
import { noEscalation } from "./policy.ts";
import { judgeCriticality } from "./severity.ts";

const none = noEscalation.critical_words;

describe("judging how critical a question is", () => {
  it.each([
    ["There is a FIRE in building 3, what do I do?", "fire"],
    ["Gas-leak at tank 2!", "gas leak"],
    ["We think a data breach happened. Whom do I call?", "data breach"],
    ["The emergency stop of press 4 was hit, how do I reset it?", "emergency stop"],
    ["Power outage in the cold store", "outage"],
    ["A colleague was injured at the conveyor", "injured"],
    ["ไฟไหม้ที่โกดัง ทำอย่างไรดี", "ไฟไหม้"],
    ["พนักงานได้รับบาดเจ็บ ต้องแจ้งใคร", "บาดเจ็บ"],
    ["ตอนนี้ระบบล่มใช้งานไม่ได้", "ระบบล่ม"],
    ["After the fire drill there was a real fire", "fire"],
  ])("%s", (question, word) => {
    expect(judgeCriticality(question, none)).toEqual({ critical: true, word });
  });

  it.each([
    "Who was fired last year?",
    "How do I set up the firewall?",
    "Which fires does firefighting cover?",
    "Where are the fire extinguishers?",
    "When is the next fire drill?",
    "What do I do in case of a fire?",
    "What is a data breach?",
    "How do we prevent injury at the press?",
    "How many days of annual leave do I have?",
    "แผนซ้อมอพยพกรณีเกิดไฟไหม้อยู่ที่ไหน",
    "ลาพักร้อนได้กี่วัน",
    "",
  ])("%s: not critical", (question) => {
    expect(judgeCriticality(question, none)).toEqual({ critical: false, word: null });
  });

  it("counts the department's own words, English as words and Thai within others", () => {
    const own = ["Line 4", "สายพานขาด"];
    expect(judgeCriticality("line 4 stands still", own).word).toBe("Line 4");
    expect(judgeCriticality("pipeline 45 is new", own).critical).toBe(false);
    expect(judgeCriticality("ที่โรงงานสายพานขาดเมื่อเช้า", own).word).toBe("สายพานขาด");
  });

  it("reads Thai however its letters are typed", () => {
    expect(judgeCriticality("น\u0e4d\u0e49\u0e32ท่วม", ["น้ำท่วม"]).critical).toBe(true);
  });
});
