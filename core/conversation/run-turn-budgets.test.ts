import { beforeEach, describe, expect, it } from "@jest/globals";
import { type TurnBench, turnBench } from "../../tests/support/turn-bench.ts";
import type { Answerer } from "../answering/draft.ts";
import type { BudgetStanding } from "../budgets/budget.ts";
import { budgetExhausted } from "../budgets/exhausted-budget.ts";
import { createOutageNotice } from "../inference/outage-notice.ts";
import { silentLogger } from "../logger.ts";
import type { TurnPorts } from "./run-turn.ts";

const now = new Date("2026-11-20T11:48:00Z");
const usedUp = (standing: Partial<BudgetStanding> = {}): Error =>
  budgetExhausted(
    {
      scope: "tenant",
      metric: "tokens",
      window: "day",
      limit: 100,
      remaining: 0,
      resetsAt: new Date("2026-11-20T17:00:00Z"),
      ...standing,
    },
    now,
  );

describe("a question beyond a budget", () => {
  let bench: TurnBench;
  let outages: string[];
  beforeEach(async () => {
    bench = await turnBench();
    outages = [];
  });
  const answered = async (change: Parameters<TurnBench["receive"]>[0], ports: Partial<TurnPorts>) => {
    const outage = createOutageNotice({ ...silentLogger, warn: (message) => outages.push(message) });
    const { id } = await bench.receive(change);
    await bench.run(id, { outage, ...ports });
    return bench.row(id);
  };
  const refused: Answerer = () => Promise.reject(usedUp());

  it("is answered with the passages, and says when a model writes again", async () => {
    const { state, reply, work } = await answered({}, { model: refused });
    expect(state).toBe("answered");
    expect(reply).toMatchObject({ kind: "answer", answeredBy: "extractive" });
    expect(reply?.text.split("\n\n").at(-1)).toBe(
      "_The company's budget of the language model for today is used up. These are the passages themselves. Written answers again after 00:00, in 5 h 12 min._",
    );
    expect(work).toMatchObject({ quotedInstead: false, exhaustedBudget: { window: "day", scope: "tenant" } });
    expect(outages).toEqual([]);
  });

  it("says so in the asker's language", async () => {
    const { id } = await bench.receive();
    for (const row of bench.database.tables(bench.company.tenantId).inbox.values())
      row.payload &&= { ...row.payload, language: "th" };
    await bench.run(id, { model: refused });
    expect(bench.row(id).reply?.text).toContain(
      "_งบการใช้โมเดลภาษาของบริษัทสำหรับวันนี้หมดแล้ว นี่คือข้อความจากเอกสารโดยตรง โมเดลจะเขียนคำตอบได้อีกครั้งหลัง 00:00 น. ในอีก 5 ชม. 12 นาที_",
    );
  });

  it("says so as well where the passages hold no answer", async () => {
    const resetsAt = new Date(now.getTime() + 40_000);
    const model: Answerer = () => Promise.reject(usedUp({ scope: "person", window: "minute", resetsAt }));
    const { state, reply } = await answered({ question: "Which zebra painted the moon?" }, { model });
    expect(state).toBe("not_found");
    expect(reply?.text).toContain(
      "_Your budget of the language model for this minute is used up. Written answers again in 40 s._",
    );
  });

  it("is searched by words alone, which is no outage", async () => {
    const embedder = { embed: () => Promise.reject(usedUp()) };
    const { state, reply } = await answered({}, { embedder });
    expect(state).toBe("answered");
    expect(reply?.text).not.toContain("budget");
    expect(outages).toEqual([]);
  });
});
