import { describe, expect, it } from "@jest/globals";
import { createFakeOnCall, type FakeOnCall } from "../../tests/fakes/on-call.ts";
import { type ApprovalBench, approvalBench, directThread } from "../../tests/support/approval-bench.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import { newId, type TenantId } from "../ids.ts";
import { silentLogger } from "../logger.ts";

interface OnCallBench extends ApprovalBench {
  readonly pager: FakeOnCall;
  readonly warnings: readonly string[];
}

/** Operations ask whoever is on call in “Night”; Sam is. Ada is the department's lead. */
async function onCallBench(owner: (tenant: TenantId) => TenantId = (tenant) => tenant): Promise<OnCallBench> {
  const warnings: string[] = [];
  const pagers: FakeOnCall[] = [];
  const bench = await approvalBench(
    { required_for: "all", levels: [{ approvers: { on_call: "Night" } }] },
    (tenant) => {
      const onCall = createFakeOnCall(owner(tenant));
      pagers.push(onCall);
      return { onCall, logger: { ...silentLogger, warn: (message) => void warnings.push(message) } };
    },
  );
  const [pager] = pagers;
  if (!pager) throw new Error("there is no pager");
  pager.schedules.set("Night", ["sam@small.example"]);
  await bench.seen("ada", "sam");
  return { ...bench, pager, warnings };
}

const askedByVic = (bench: ApprovalBench) => bench.asked({ userId: personOf(bench.company, "vic") });

describe("a policy that names a schedule", () => {
  it("asks whoever is on call, who decides", async () => {
    const bench = await onCallBench();
    const { id } = await askedByVic(bench);
    expect(bench.notes(directThread("sam"))).toHaveLength(1);
    expect(bench.notes(directThread("ada"))).toHaveLength(0);
    await bench.decide(id, "sam", { kind: "approve" });
    expect((await bench.find(id)).state).toBe("approved");
    expect(bench.warnings).toEqual([]);
  });

  it("asks the department's leads where the pager is away, and warns", async () => {
    const bench = await onCallBench();
    bench.pager.away = true;
    const { id } = await askedByVic(bench);
    expect(bench.notes(directThread("ada"))).toHaveLength(1);
    expect(bench.notes(directThread("sam"))).toHaveLength(0);
    expect(bench.warnings).toContain("who is on call could not be asked");
    await bench.decide(id, "ada", { kind: "approve" });
    expect((await bench.find(id)).state).toBe("approved");
  });

  it("asks the department's leads where nobody is on call", async () => {
    const bench = await onCallBench();
    bench.pager.schedules.set("Night", []);
    await askedByVic(bench);
    expect(bench.notes(directThread("ada"))).toHaveLength(1);
  });

  it("asks nobody of another company's schedule", async () => {
    const bench = await onCallBench(() => newId<TenantId>());
    await askedByVic(bench);
    expect(bench.notes(directThread("sam"))).toHaveLength(0);
    expect(bench.notes(directThread("ada"))).toHaveLength(1);
    expect(bench.warnings).toContain("who is on call could not be asked");
  });
});
