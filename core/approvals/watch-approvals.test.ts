import { describe, expect, it } from "@jest/globals";
import { approvalBench } from "../../tests/support/approval-bench.ts";
import { until } from "../../tests/support/sample-work.ts";
import { createApprovalWatch } from "./watch-approvals.ts";

describe("watching approvals", () => {
  it("tells all who watch a tenant of each change, with one reading for all, and ends with the last", async () => {
    const bench = await approvalBench();
    const approval = await bench.asked();
    let readings = 0;
    const database: typeof bench.ports.database = {
      withTenant: (tenant, work) => {
        readings += 1;
        return bench.ports.database.withTenant(tenant, work);
      },
    };
    const watch = createApprovalWatch({ database, logger: bench.ports.logger });
    const { tenantId } = bench.company;
    const told: string[][] = [[], []];
    const stops = told.map((seen) =>
      watch.watch(tenantId, (changed) => {
        seen.push(...changed.map(({ id }) => id));
      }),
    );
    expect(readings).toBe(1);
    await until("it was read", async () => readings > 0);
    expect(told).toEqual([[], []]);
    await bench.decide(approval.id, "ada", { kind: "approve" });
    watch.changed(tenantId);
    await until("the change is told", async () => told.every((seen) => seen.includes(approval.id)));
    for (const stop of stops) stop();
    const before = readings;
    watch.changed(tenantId);
    expect(readings).toBe(before);
  });
});
