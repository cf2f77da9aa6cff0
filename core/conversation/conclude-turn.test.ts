import { describe, expect, it } from "@jest/globals";
import { approvalBench } from "../../tests/support/approval-bench.ts";
import { departmentOf, personOf } from "../../tests/support/sample-work.ts";
import { waitsForApproval } from "./conclude-turn.ts";
import type { TurnInHand } from "./turn-in-hand.ts";
import type { ApprovalPolicyText } from "../approvals/policy.ts";

async function waits(
  policy: ApprovalPolicyText,
  department: "operations" | "finance" | null,
): Promise<boolean> {
  const bench = await approvalBench(policy);
  const identity = await bench.identity("ada");
  const { scope } = identity;
  expect(personOf(bench.company, "ada")).toBe(identity.member.id);
  const departmentId = department && departmentOf(bench.company, department);
  return waitsForApproval({ identity, scope, work: { departmentId } } as unknown as TurnInHand);
}

describe("words of a draft that may have to wait for a human", () => {
  it.each([
    ["operations", { required_for: "all" }, true],
    ["operations", { required_for: "all", show_draft: true }, false],
    ["finance", { required_for: "all" }, false],
    // The department of the first source decides, and that is not known yet.
    [null, { required_for: "all" }, true],
    [null, { required_for: "none" }, false],
  ] as const)("of %s under %j: %p", async (department, policy, expected) => {
    expect(await waits(policy, department)).toBe(expected);
  });
});
