import { describe, expect, it } from "@jest/globals";
import { isFollowUp, standaloneQuestion } from "./standalone-question.ts";

const after = (...questions: string[]) => questions.map((question) => ({ question, answer: "…" }));

describe("standalone question", () => {
  it.each([
    ["And in Thailand?", ["How many days of annual leave do I get?"], "And in Thailand? (days annual leave)"],
    ["How long does it take?", ["How do I renew my PIV card?"], "How long does it take? (renew PIV card)"],
    [
      "What about the one below it?",
      ["What is the Slack channel for the CPO?"],
      "What about the one below it? (Slack channel CPO)",
    ],
    ["Why?", ["How is it fixed?", "Where is it logged?"], "Why? (fixed logged)"],
  ])("%j after %j", (question, earlier, expected) => {
    expect(standaloneQuestion(question, after(...earlier))).toBe(expected);
  });

  it("carries Thai words", () => {
    const standalone = standaloneQuestion("แล้วที่ญี่ปุ่นล่ะ", after("ลาพักร้อนได้กี่วัน"));
    expect(standalone).toContain("แล้วที่ญี่ปุ่นล่ะ (");
    expect(standalone).toContain("พักร้อน");
  });

  it("carries the naming words of Thai without its asking words, each once", () => {
    const earlier = "ขั้นตอน LOTO ก่อนซ่อมเครื่องจักร ต้องทำ LOTO อย่างไร";
    expect(standaloneQuestion("แล้วต้องแจ้งใคร", after(earlier))).toBe("แล้วต้องแจ้งใคร (ซ่อมเครื่องจักร LOTO)");
  });

  it("carries at most eight words, the last ones of a long question", () => {
    const earlier =
      "Alpha bravo charlie delta echo foxtrot golf hotel: which form does a welder in Rayong need for hot work?";
    expect(standaloneQuestion("And then?", after(earlier))).toBe(
      "And then? (golf hotel form welder Rayong need hot work)",
    );
  });

  it.each([
    ["And over 500,000?", "And over 500,000? (approves purchase baht)"],
    ["And then?", "And then? (approves purchase 20,000 baht)"],
  ])("carries an amount whole, and none to another amount: %j", (question, expected) => {
    expect(standaloneQuestion(question, after("Who approves a purchase of 20,000 baht?"))).toBe(expected);
  });

  it.each([
    "How do I request a virtual desktop for a new contractor?",
    "What is the deadline for travel reimbursement requests?",
    "Is there a limit for meals during official travel?",
    "Virtualization?",
    "What is an identifier?",
    "พนักงานใหม่ลาพักร้อนได้กี่วันต่อปี",
  ])("leaves %j alone", (question) => {
    expect(isFollowUp(question)).toBe(false);
    expect(standaloneQuestion(question, after("Who approves purchases over 10,000 dollars?"))).toBe(question);
  });

  it("needs a thread", () => {
    expect(standaloneQuestion("And then?", [])).toBe("And then?");
  });
});
