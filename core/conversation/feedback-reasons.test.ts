import { expect, it } from "@jest/globals";

import { writeFeedbackReason } from "./feedback-reasons.ts";

it("stores the reason in English with what the person wrote, or nothing", () => {
  expect(writeFeedbackReason("outdated", " The limit is 5 now. ")).toBe(
    "It is outdated: The limit is 5 now.",
  );
  expect(writeFeedbackReason("outdated", undefined)).toBe("It is outdated");
  expect(writeFeedbackReason("made up", "ไม่ตรง")).toBe("ไม่ตรง");
  expect(writeFeedbackReason(undefined, "  ")).toBeNull();
});
