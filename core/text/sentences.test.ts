import { describe, expect, it } from "@jest/globals";
import { splitSentences } from "./sentences.ts";

const cut = (text: string): string[] => splitSentences(text).map((sentence) => sentence.text);

describe("splitSentences", () => {
  it("cuts English at its marks, across wrapped lines", () => {
    expect(cut("Book early. Keep\nthe receipt! Who pays? The company.")).toEqual([
      "Book early.",
      "Keep\nthe receipt!",
      "Who pays?",
      "The company.",
    ]);
  });

  it.each([
    ["Ask Dr. Smith, e.g. about No. 5 or the U.S. Embassy.", 1],
    ["Version 1.2.3 runs. See node.js docs at a.com/b.html for more.", 2],
    ["Say no. Then leave.", 2],
    ['He said "stop." Then he left.', 2],
    ["J. K. Rowling wrote it.", 1],
    ["the file is big. lower case follows.", 1],
  ])("%s", (text, count) => {
    expect(cut(text)).toHaveLength(count);
  });

  it("keeps headings, list items, table rows and code blocks in one piece", () => {
    const text = [
      "# Restart the service",
      "Do this. Then that.",
      "- First step. It matters.",
      "  It goes on.",
      "- Second step",
      "1. Numbered",
      "",
      "| Name | Value |",
      "|---|---|",
      "| a | 1. One |",
      "```sh",
      "kubectl get pods. Now",
      "",
      "kubectl delete pod x",
      "```",
      "After.",
    ].join("\n");
    expect(splitSentences(text).map(({ kind, text: said }) => [kind, said])).toEqual([
      ["heading", "# Restart the service"],
      ["sentence", "Do this."],
      ["sentence", "Then that."],
      ["item", "- First step. It matters.\n  It goes on."],
      ["item", "- Second step"],
      ["item", "1. Numbered"],
      ["row", "| Name | Value |"],
      ["row", "| a | 1. One |"],
      ["code", "```sh\nkubectl get pods. Now\n\nkubectl delete pod x\n```"],
      ["sentence", "After."],
    ]);
  });

  it("cuts Thai at spaces between long clauses, at marks and after polite particles", () => {
    const first = "พนักงานสามารถเบิกค่าเดินทางได้ภายในสามสิบวันนับจากวันที่เดินทางกลับถึงสำนักงาน";
    const second = "หากเกินกำหนดต้องได้รับอนุมัติจากผู้จัดการฝ่ายก่อนเท่านั้น";
    expect(cut(`${first} ${second}`)).toEqual([first, second]);
    expect(cut("ติดต่อฝ่ายไอทีที่เบอร์ 1234 ได้เลยครับ ขอบคุณมากครับ")).toHaveLength(2);
    expect(cut("เปิดเครื่อง แล้วกดปุ่ม")).toHaveLength(1);
  });

  it("gives offsets that cut the text itself", () => {
    const text = "  One here.  Two there.\n\n- item\n\nพนักงาน A ได้รับ 10 บาท. จบ ";
    for (const { text: said, start, end } of splitSentences(text)) expect(text.slice(start, end)).toBe(said);
    expect(splitSentences(" \n ")).toEqual([]);
  });

  it("takes time in proportion to the text", () => {
    const text = "A sentence of the usual length stands here. ".repeat(20_000);
    const started = performance.now();
    expect(splitSentences(text)).toHaveLength(20_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
