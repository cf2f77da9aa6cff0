import { describe, expect, it } from "@jest/globals";
import { type SealedBatch, sealHash, verifyChain } from "./verify-chain.ts";

function chain(...batches: readonly (readonly string[])[]): SealedBatch[] {
  let previousHash = "";
  return batches.map((events, place) => {
    const hash = sealHash(previousHash, events);
    const batch = { number: place + 1, eventCount: events.length, previousHash, hash, events };
    previousHash = hash;
    return batch;
  });
}
async function* given(batches: readonly SealedBatch[]): AsyncGenerator<SealedBatch> {
  yield* batches;
}
const verify = (batches: readonly SealedBatch[]) => verifyChain(given(batches));
const whole = chain(["a", "b"], ["c"], ["d", "e", "f"]);
const changed = (place: number, change: Partial<SealedBatch>): SealedBatch[] =>
  whole.map((batch, at) => (at === place ? { ...batch, ...change } : batch));

describe("verifyChain", () => {
  it("accepts a chain that holds, and tells its head", async () => {
    expect(await verify(whole)).toEqual({
      intact: true,
      seals: 3,
      events: 6,
      head: whole[2]?.hash,
      faults: [],
    });
    expect(await verify([])).toMatchObject({ intact: true, seals: 0, head: "" });
  });

  it.each([
    ["an event changed", changed(0, { events: ["a", "B"] }), /under seal 1 was changed/],
    ["an event removed", changed(2, { events: ["d", "f"] }), /seal 3 covers 3 events; 2 are there/],
    ["an event added", changed(1, { events: ["c", "x"], eventCount: 2 }), /under seal 2 was changed/],
    ["events in another order", changed(0, { events: ["b", "a"] }), /under seal 1 was changed/],
    ["a seal removed", whole.filter((_, at) => at !== 1), /seal 2 is missing/],
    ["a seal made anew over changed events", changed(1, chain(["x"])[0] ?? {}), /does not follow/],
    ["the beginning cut off", whole.slice(1), /seal 1 is missing/],
  ] as const)("finds %s", async (_what, batches, fault) => {
    const report = await verify(batches);
    expect(report.intact).toBe(false);
    expect(report.faults.join("\n")).toMatch(fault);
  });

  it("finds the end cut off by the head that was kept elsewhere", async () => {
    const cut = await verify(whole.slice(0, 2));
    expect(cut.intact).toBe(true);
    expect(cut.head).not.toBe((await verify(whole)).head);
  });
});
