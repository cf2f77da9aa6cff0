import { describe, expect, it } from "@jest/globals";
import { approvalBench, directThread } from "../../tests/support/approval-bench.ts";
import { approvalsWaiting } from "./inbox.ts";
import { setAway } from "./set-away.ts";

const hour = 3_600_000;

describe("somebody who is away", () => {
  it("leaves what waits for them to their delegate, who gets a card at once", async () => {
    const bench = await approvalBench();
    await bench.seen("ada", "fay");
    const approval = await bench.asked();
    const [ada, fay] = await Promise.all([bench.identity("ada"), bench.identity("fay")]);
    expect((await approvalsWaiting(bench.ports, ada)).map(({ id }) => id)).toEqual([approval.id]);
    expect(await approvalsWaiting(bench.ports, fay)).toEqual([]);
    const away = { until: new Date(bench.ports.clock.now().getTime() + hour), delegate: "FAY@small.example" };
    await setAway(bench.ports, { identity: ada, away });
    expect(bench.notes(directThread("fay"))).toMatchObject([
      { kind: "approval_card", approvalId: approval.id, viewer: fay.member.id },
    ]);
    expect((await approvalsWaiting(bench.ports, fay)).map(({ id }) => id)).toEqual([approval.id]);
    await bench.decide(approval.id, "fay", { kind: "approve" });
    expect(await bench.find(approval.id)).toMatchObject({
      state: "approved",
      decision: { byName: "Fay Finance" },
    });
  });

  it("decides again once they are back, and their delegate no more", async () => {
    const bench = await approvalBench();
    const approval = await bench.asked();
    const [ada, fay] = await Promise.all([bench.identity("ada"), bench.identity("fay")]);
    const away = { until: new Date(bench.ports.clock.now().getTime() + hour), delegate: "fay@small.example" };
    await setAway(bench.ports, { identity: ada, away });
    await setAway(bench.ports, { identity: ada, away: null });
    expect(await approvalsWaiting(bench.ports, fay)).toEqual([]);
    expect((await approvalsWaiting(bench.ports, ada)).map(({ id }) => id)).toEqual([approval.id]);
  });

  it("learns as a guest nothing of who works here", async () => {
    const bench = await approvalBench();
    const fay = await bench.identity("fay");
    const guest = { ...fay, member: { ...fay.member, roles: ["guest"] as const } };
    const away = { until: new Date(bench.ports.clock.now().getTime() + hour), delegate: "ada@small.example" };
    await expect(setAway(bench.ports, { identity: guest, away })).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});
