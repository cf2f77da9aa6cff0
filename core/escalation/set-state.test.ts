import { beforeEach, describe, expect, it } from "@jest/globals";
import { type OutsideBench, outsideBench } from "../../tests/support/outside-bench.ts";
import { actOnEscalation } from "./act.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";

type Stores = Parameters<Parameters<EscalationPorts["database"]["withTenant"]>[1]>[0];

/** Whoever does it dies at one step, and does it again or not. */
describe("a state that is set by hand", () => {
  let bench: OutsideBench;
  let escalation: Escalation;
  beforeEach(async () => {
    bench = await outsideBench();
    escalation = await bench.made();
  });
  const killedAt = (change: (stores: Stores) => Partial<Stores>): EscalationPorts => ({
    ...bench.outside,
    database: {
      withTenant: (tenant, work) =>
        bench.database.withTenant(tenant, (stores) => work({ ...stores, ...change(stores) })),
    },
  });
  const acknowledge = async (ports: EscalationPorts = bench.outside) => {
    const identity = await bench.identity("ada");
    await actOnEscalation(ports, { identity, escalationId: escalation.id, act: { kind: "acknowledge" } });
  };
  const told = () => bench.news(escalation).filter(({ what }) => what === "acknowledged");
  const cards = () =>
    bench.notes(escalation.threadKey).filter(({ kind }) => kind === "escalation_status").length;
  const killed = () => Promise.reject(new Error("killed"));

  it("is told once where it was told and not kept", async () => {
    const dies = killedAt(({ escalations }) => ({ escalations: { ...escalations, setState: killed } }));
    await expect(acknowledge(dies)).rejects.toThrow("killed");
    expect(await bench.now(escalation.id)).toMatchObject({ state: "open" });
    await acknowledge();
    expect(await bench.now(escalation.id)).toMatchObject({ state: "acknowledged" });
    expect(told()).toHaveLength(1);
  });

  it("is told, and shown by what follows it, where it was kept and nobody comes back to it", async () => {
    let kept = false;
    const dies = killedAt(({ escalations, outbox }) => ({
      escalations: {
        ...escalations,
        async setState(...how) {
          const changed = await escalations.setState(...how);
          kept = true;
          return changed;
        },
      },
      outbox: { ...outbox, write: (...how) => (kept ? killed() : outbox.write(...how)) },
    }));
    const before = cards();
    await expect(acknowledge(dies)).rejects.toThrow("killed");
    expect(told()).toHaveLength(1);
    expect(cards()).toBe(before);
    await bench.work();
    expect(cards()).toBe(before + 1);
    expect(told()).toHaveLength(1);
    expect(bench.pager.incidents[0]).toMatchObject({ state: "acknowledged" });
  });
});
