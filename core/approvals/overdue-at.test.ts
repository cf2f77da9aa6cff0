import { expect, it } from "@jest/globals";
import type { ApprovalStep } from "./approval.ts";
import { approvalPolicy } from "./policy.ts";
import { overdueAt } from "./present-approval.ts";

const policy = approvalPolicy.parse({ levels: [{ remind_after: "2h", next_after: "8h" }] });
const at = new Date("2026-11-23T08:00:00Z");

it.each<[ApprovalStep, string | undefined]>([
  ["offer", "2026-11-23T16:00:00.000Z"],
  ["remind", "2026-11-23T14:00:00.000Z"],
  ["next_level", "2026-11-23T08:00:00.000Z"],
  ["carry_out", undefined],
])("tells when others are asked while the step that is due is %s", (step, moment) => {
  const found = overdueAt({ state: "pending", due: { step, at }, level: 0, policy });
  expect(found?.toISOString()).toBe(moment);
});

it("tells nothing once it is decided or with the escalation", () => {
  for (const state of ["approved", "escalated"] as const)
    expect(overdueAt({ state, due: { step: "next_level", at }, level: 0, policy })).toBeNull();
});
