import { describe, expect, it } from "@jest/globals";
import { ExpertError } from "../../../core/errors.ts";
import { refusalReasons } from "../../../core/identity/refusal-reason.ts";
import { detectLanguage } from "../../../core/text/language.ts";
import { explainError, refusal } from "./explain-error.ts";

const error = (facts: ExpertError["facts"]): ExpertError =>
  new ExpertError("forbidden", "It may not be.", { remedy: "Ask somebody.", facts });

describe("what a person is told of an error", () => {
  it.each(refusalReasons)(
    "says %s in Thai, apart from every other, and in English as the error does",
    (reason) => {
      const told = explainError(error({ reason }), "th");
      expect(detectLanguage(told)).toBe("th");
      expect(told).not.toMatch(/undefined|null/);
      const others = refusalReasons.filter((other) => other !== reason);
      expect(others.map((other) => explainError(error({ reason: other }), "th"))).not.toContain(told);
      expect(explainError(error({ reason }), "en")).toBe("It may not be. Ask somebody.");
    },
  );

  it.each([
    [{ reason: "handoff_taken", name: "Ada Admin" }, "Ada Admin"],
    [{ reason: "handoff_not_expert", names: "Ada, Fay" }, "Ada, Fay"],
    [{ reason: "handoff_own_question", names: "Ada, Fay" }, "Ada, Fay"],
    [{ reason: "give_back_not_yours", name: "Ada Admin" }, "Ada Admin"],
    [{ reason: "share_department_closed", department: "Finance", departmentTh: "การเงิน" }, "การเงิน"],
    [{ reason: "answer_too_long", limit: 12_345 }, "12345"],
    [{ reason: "comment_too_long", limit: 12_345 }, "12345"],
  ])("names whom or what it is about: %j", (facts, name) => {
    expect(explainError(error(facts), "th")).toContain(name);
  });

  it("says what has no reason in general words, and what is Slack's own in both languages", () => {
    expect(explainError(error({}), "th")).toContain("ไม่มีสิทธิ์");
    expect(explainError(error({ reason: "toString" }), "th")).toContain("ไม่มีสิทธิ์");
    const own = refusal("forbidden", "switchedOff");
    expect(detectLanguage(explainError(own, "th"))).toBe("th");
    expect(explainError(own, "en")).toContain("switched off");
  });
});
