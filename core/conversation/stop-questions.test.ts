import { describe, expect, it } from "@jest/globals";
import { personOf } from "../../tests/support/sample-work.ts";
import { turnBench } from "../../tests/support/turn-bench.ts";
import { isStopWord, stopQuestions } from "./stop-questions.ts";

describe("a word to stop", () => {
  it.each([
    "stop",
    "Stop!",
    "STOP.",
    "please stop",
    "cancel",
    "หยุด",
    "หยุดครับ",
    "ยกเลิกค่ะ",
    ":octagonal_sign: stop",
  ])("%s", (text) => {
    expect(isStopWord(text)).toBe(true);
  });

  it.each([
    "How do I stop the pump?",
    "stop the pump",
    "Cancel my leave",
    "stop?",
    "หยุดเครื่องอย่างไร",
    "วันหยุด",
    "ยกเลิกการลาอย่างไร",
    "",
  ])("is none: %s", (text) => {
    expect(isStopWord(text)).toBe(false);
  });
});

describe("stopping questions", () => {
  it("stops a person's own that run or wait and are meant, and nothing else", async () => {
    const bench = await turnBench();
    const { tenantId } = bench.company;
    const [meant, other] = [await bench.receive(), await bench.receive()];
    const answered = await bench.receive();
    await bench.run(answered.id);
    const sam = { id: meant.userId, tenantId };
    const fay = { id: personOf(bench.company, "fay"), tenantId };
    expect(await stopQuestions(bench, fay, () => true)).toBe(0);
    expect(await stopQuestions(bench, sam, ({ id }) => id !== other.id)).toBe(1);
    await bench.run(meant.id);
    await bench.run(other.id);
    expect([meant, other, answered].map(({ id }) => bench.row(id).state)).toEqual([
      "cancelled",
      "answered",
      "answered",
    ]);
    expect(await stopQuestions(bench, sam, () => true)).toBe(0);
  });
});
