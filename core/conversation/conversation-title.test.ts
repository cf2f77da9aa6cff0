import { describe, expect, it } from "@jest/globals";
import { conversationTitle, titleLength } from "./conversation-title.ts";

describe("conversation title", () => {
  it.each([
    ["How do I reset my PIV card PIN?", "How do I reset my PIV card PIN"],
    ["Hi team,\n\ncould you please tell me how travel is reimbursed?", "How travel is reimbursed"],
    ["hello! what is SEV-1?", "What is SEV-1"],
    ["kube_pod_status_phase stuck at Pending", "kube_pod_status_phase stuck at Pending"],
    ["MTM2 goes to FAULT. What should I do now?", "MTM2 goes to FAULT"],
    ["  **Can I** carry   over leave?  ", "Can I carry over leave"],
    ["สวัสดีครับ ขอสอบถามว่าลาป่วยได้กี่วันครับ", "ลาป่วยได้กี่วัน"],
    [" ??? ", "???"],
    ["  ", ""],
  ])("%j becomes %j", (question, title) => {
    expect(conversationTitle(question)).toBe(title);
  });

  it("cuts long questions between words", () => {
    const title = conversationTitle(
      "What do I have to do when the Prometheus remote write queue of cluster eu-west-1 falls behind by hours?",
    );
    expect(title).toBe("What do I have to do when the Prometheus remote write queue…");
    expect([...title].length).toBeLessThanOrEqual(titleLength);
  });

  it("leaves out an identifier that does not fit", () => {
    expect(
      conversationTitle("What is the meaning of the alert called kube-state-metrics-list-errors-high here?"),
    ).toBe("What is the meaning of the alert called…");
  });

  it("cuts Thai between words", () => {
    const question = "พนักงานต้องทำอย่างไรเมื่อต้องการเบิกค่าเดินทางและค่าที่พักสำหรับการเดินทางไปต่างประเทศ";
    const title = conversationTitle(question);
    expect([...title].length).toBeLessThanOrEqual(titleLength);
    const kept = title.slice(0, -1);
    const words = [...new Intl.Segmenter("th", { granularity: "word" }).segment(question)];
    expect(words.some(({ index }) => index === kept.length)).toBe(true);
  });

  it("cuts one endless word", () => {
    expect([...conversationTitle("x".repeat(500))]).toHaveLength(titleLength);
  });
});
