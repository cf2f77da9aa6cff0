import { describe, expect, it } from "@jest/globals";
import { noApproval } from "./policy.ts";
import { readPolicy } from "./read-policy.ts";

describe("readPolicy", () => {
  it("reads what was written, with what was left out", () => {
    const { policy, fault } = readPolicy({ required_for: "new_answers", levels: [{ required: 2 }] });
    expect(fault).toBeNull();
    expect(policy).toEqual({
      ...noApproval,
      required_for: "new_answers",
      levels: [{ ...noApproval.levels[0], required: 2 }],
    });
  });

  it("wants nobody's approval where nothing was written", () => {
    expect(readPolicy(null)).toEqual({ policy: noApproval, fault: null });
    expect(noApproval.required_for).toBe("none");
  });

  it.each([[{ required_for: "sometimes" }], [{ required_for: "none", invented: true }], ["none"], [7]])(
    "wants an approval for every answer where it cannot be read: %j",
    (kept) => {
      const { policy, fault } = readPolicy(kept);
      expect(policy).toEqual({ ...noApproval, required_for: "all" });
      expect(fault).toBeInstanceOf(Error);
    },
  );
});
