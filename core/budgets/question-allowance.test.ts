import { expect, it } from "@jest/globals";
import { newId, type TenantId } from "../ids.ts";
import type { BudgetStanding } from "./budget.ts";
import { questionAllowance } from "./question-allowance.ts";

it("tells one time until the limit is whole again, however slow the clock is asked", async () => {
  let now = Date.parse("2026-11-20T11:48:30.500Z");
  const clock = { now: () => new Date((now += 700)) };
  const standing: BudgetStanding = {
    scope: "tenant",
    metric: "requests",
    window: "minute",
    limit: 1,
    remaining: 0,
    resetsAt: new Date("2026-11-20T11:49:00Z"),
  };
  const spender = { tenantId: newId<TenantId>(), departmentId: null, userId: null };
  const allowance = await questionAllowance(
    { budgets: { standings: async () => [standing] }, clock },
    spender,
  );
  expect(allowance?.resetsInMs).toBe(28_800);
  expect(allowance?.refusal?.facts["retryAfterMs"]).toBe(28_800);
});
