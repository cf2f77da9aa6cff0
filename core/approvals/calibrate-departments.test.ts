import { beforeEach, describe, expect, it } from "@jest/globals";
import { approvalBench, type ApprovalBench } from "../../tests/support/approval-bench.ts";
import { departmentOf } from "../../tests/support/sample-work.ts";
import { noApproval } from "./policy.ts";
import { calibrate, calibrateDepartments } from "./calibrate-departments.ts";
import { presentApproval } from "./present-approval.ts";
import { sendingThreshold } from "./sending-threshold.ts";

/** `count` labels whose confidence rises from 0.5 to 1, approved from 0.7 on. */
const labels = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const confidence = 0.5 + (0.5 * at) / (count - 1);
    return { confidence, approved: confidence >= 0.7 };
  });

describe("the threshold for sending", () => {
  const policy = { ...noApproval, auto_approve_confidence: 0.9, error_budget: 0.05 };

  it("is the configured one until the decisions show one that keeps the budget", () => {
    const few = calibrate(labels(20), policy);
    expect(few.sending).toMatchObject({ threshold: null, missing: "labels", given: 20, needed: 59 });
    expect(sendingThreshold({ approval: policy, calibration: few })).toBe(0.9);
    expect(sendingThreshold({ approval: policy, calibration: null })).toBe(0.9);
  });

  it("is that one from then on, for the budget that it was computed for", () => {
    const enough = calibrate(labels(400), policy);
    const threshold = sendingThreshold({ approval: policy, calibration: enough });
    expect(threshold).toBe(enough.sending?.threshold);
    expect(threshold).toBeGreaterThan(0.6);
    expect(threshold).toBeLessThanOrEqual(0.71);
    const other = { ...policy, error_budget: 0.02 };
    expect(sendingThreshold({ approval: other, calibration: enough })).toBe(0.9);
    const none = { ...policy, error_budget: null };
    expect(sendingThreshold({ approval: none, calibration: enough })).toBe(0.9);
  });

  it.each([0, 1, null])("is not computed for a budget of %s", (budget) => {
    const fitted = calibrate(labels(400), { ...policy, error_budget: budget });
    expect(fitted.sending).toBeUndefined();
    expect(fitted.labels).toBe(400);
  });
});

describe("calibrating departments", () => {
  let bench: ApprovalBench;
  beforeEach(async () => {
    bench = await approvalBench({ required_for: "all", error_budget: 0.1 });
  });
  const operations = async () => {
    const departments = await bench.database.withTenant(bench.company.tenantId, ({ members }) =>
      members.departments(),
    );
    return departments.find(({ id }) => id === departmentOf(bench.company, "operations"));
  };
  const decided = async (count: number): Promise<void> => {
    for (let times = 0; times < count; times += 1) {
      const approval = await bench.asked();
      await bench.decide(
        approval.id,
        "ada",
        times % 3 === 0 ? { kind: "reject", reason: null } : { kind: "approve" },
      );
    }
  };

  it("computes from decisions, once, and again after ten more or for another budget", async () => {
    const run = () => calibrateDepartments({ database: bench.database });
    expect(await run()).toBe(0);
    await decided(3);
    expect(await run()).toBe(1);
    expect(await operations()).toMatchObject({
      calibration: { labels: 3, sending: { budget: 0.1, missing: "labels", threshold: null } },
    });
    expect(await run()).toBe(0);
    await decided(9);
    expect(await run()).toBe(0);
    await decided(1);
    expect(await run()).toBe(1);
    expect(await operations()).toMatchObject({ calibration: { labels: 13 } });
    await bench.setPolicy({ required_for: "all", error_budget: 0.05 });
    expect(await run()).toBe(1);
    expect(await operations()).toMatchObject({ calibration: { sending: { budget: 0.05 } } });
  });

  it("tells on a card how often such a draft was approved, and by how many decisions that is known", async () => {
    await decided(3);
    const approval = await bench.asked();
    const ada = await bench.identity("ada");
    const shown = () => presentApproval(bench.ports, bench.company.tenantId, approval.id, ada.member.id);
    expect(await shown()).toMatchObject({ calibrated: null });
    await calibrateDepartments({ database: bench.database });
    await bench.setPolicy({ required_for: "all", error_budget: 0.1 });
    const view = await shown();
    expect(view?.calibrated?.labels).toBe(3);
    expect(view?.calibrated?.probability).toBeGreaterThan(0);
    expect(view?.calibrated?.probability).toBeLessThan(1);
  });
});
