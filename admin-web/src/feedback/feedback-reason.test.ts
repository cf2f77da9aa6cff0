import { describe, expect, it } from "@jest/globals";
import { joinReason, splitReason } from "./feedback-reason.ts";

const known = ["Wrong", "Out of date"];

describe("feedback reason", () => {
  it.each([
    [
      { chosen: ["Wrong", "Out of date"], text: "Use form B.\nNot A." },
      "Wrong · Out of date\nUse form B.\nNot A.",
    ],
    [{ chosen: [], text: "Use form B." }, "Use form B."],
    [{ chosen: ["Wrong"], text: "" }, "Wrong"],
    [{ chosen: [], text: "" }, null],
  ])("joins %j and reads it back", (reason, stored) => {
    expect(joinReason(reason)).toBe(stored);
    expect(splitReason(stored, known)).toEqual(reason);
  });

  it("takes chips of another language for text", () => {
    expect(splitReason("ไม่ถูกต้อง\nmore", known)).toEqual({ chosen: [], text: "ไม่ถูกต้อง\nmore" });
  });
});
