import { beforeEach, describe, expect, it } from "@jest/globals";
import { answerText, draftOf, quoteBest, type TurnBench, turnBench } from "../../tests/support/turn-bench.ts";
import { pause, until } from "../../tests/support/sample-work.ts";
import type { Answerer } from "../answering/draft.ts";
import { ExpertError } from "../errors.ts";

describe("a turn whose lease or database goes away", () => {
  let bench: TurnBench;
  beforeEach(async () => {
    bench = await turnBench();
  });
  const streamed = (): string =>
    bench.events.flatMap((event) => (event.kind === "text" ? [event.text] : [])).join("");

  it("keeps a turn that takes longer than its lease", async () => {
    let now = Date.now();
    bench = await turnBench(() => now);
    const { id } = await bench.receive();
    let second: Promise<void> | undefined;
    const slow: Answerer = async (input, onText) => {
      for (let part = 0; part < 3; part += 1) {
        const heldUntil = bench.row(id).leaseUntil;
        now += 50;
        await until("it is held on", async () => bench.row(id).leaseUntil > heldUntil);
      }
      second = bench.run(id);
      await second;
      return quoteBest(input, onText);
    };
    await bench.run(id, { quoting: slow });
    expect(bench.row(id)).toMatchObject({ state: "answered", attempts: 1 });
    expect(bench.deliveries).toHaveLength(1);
  });

  it("stops at once, silently, where another took it over in the middle of a draft", async () => {
    const { id } = await bench.receive();
    let told: AbortSignal | undefined;
    const overtaken: Answerer = async ({ signal, result }, onText) => {
      told = signal;
      bench.row(id).leaseUntil = 0;
      await bench.run(id);
      await until("the loser is told to stop", async () => signal.aborted);
      return draftOf(result.hits[0]?.passage, onText);
    };
    await bench.run(id, { quoting: overtaken });
    expect(told?.aborted).toBe(true);
    expect(bench.row(id)).toMatchObject({ state: "answered", attempts: 2, failure: null });
    expect(bench.deliveries).toHaveLength(1);
    expect(streamed()).toBe(answerText);
  });

  it("says where its text begins anew, once another goes on with the draft of a worker that has gone", async () => {
    const { id } = await bench.receive();
    const overtaken: Answerer = async ({ signal, result }, onText) => {
      onText("To start ");
      bench.row(id).leaseUntil = 0;
      await bench.run(id);
      await until("the loser is told to stop", async () => signal.aborted);
      return draftOf(result.hits[0]?.passage, onText);
    };
    await bench.run(id, { quoting: overtaken });
    const kinds = bench.events.map((event) => (event.kind === "state" ? event.state : event.kind));
    expect(kinds.slice(kinds.indexOf("text") - 1, kinds.indexOf("text") + 3)).toEqual([
      ...["retrieved", "text"],
      ...["retrieved", "text"],
    ]);
  });

  it("waits out a database that is away for a moment, drafting once", async () => {
    const { id } = await bench.receive();
    let drafted = 0;
    const quoting: Answerer = (input, onText) => {
      drafted += 1;
      bench.database.breakDown("turns");
      setTimeout(() => {
        bench.database.breakDown();
      }, 60);
      return quoteBest(input, onText);
    };
    await bench.run(id, { quoting, retryMs: [30, 30, 30, 30], leaseMs: 60_000 });
    expect(bench.row(id)).toMatchObject({ state: "answered", attempts: 1 });
    expect(drafted).toBe(1);
    expect(bench.deliveries).toHaveLength(1);
  });

  it.each(["routed", "retrieved", "drafted", "checked"] as const)(
    "goes on where the connection broke after the commit of “%s”",
    async (state) => {
      const { id } = await bench.receive();
      let broken = false;
      await bench.run(id, {
        retryMs: [1, 1],
        database: {
          withTenant: (tenant, work) =>
            bench.database.withTenant(tenant, (stores) =>
              work({
                ...stores,
                turns: {
                  ...stores.turns,
                  async advance(turn, step) {
                    const result = await stores.turns.advance(turn, step);
                    if (step.to !== state || broken) return result;
                    broken = true;
                    throw new ExpertError("database_unavailable", "The connection broke.");
                  },
                },
              }),
            ),
        },
      });
      expect(broken).toBe(true);
      expect(bench.row(id)).toMatchObject({ state: "answered", attempts: 1 });
      const audited = bench.audited(id);
      expect(new Set(audited).size).toBe(audited.length);
      expect(bench.deliveries).toHaveLength(1);
    },
  );

  it("leaves everything for another try where the database is away, and answers then", async () => {
    const { id } = await bench.receive();
    const broken: Answerer = (input, onText) => {
      bench.database.breakDown("turns");
      return quoteBest(input, onText);
    };
    await expect(bench.run(id, { quoting: broken })).rejects.toMatchObject({ code: "database_unavailable" });
    bench.database.breakDown();
    expect(bench.row(id)).toMatchObject({ state: "retrieved", failure: null });
    expect(bench.deliveries).toEqual([]);
    await pause(80);
    await bench.run(id);
    expect(bench.row(id).state).toBe("answered");
  });
});
