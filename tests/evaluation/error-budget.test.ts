import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { labelFolder } from "../../adapters/connect/label-sets.ts";
import { upperErrorRate } from "../../core/approvals/calibration/error-bound.ts";
import type { LabelledSet } from "../../core/evaluation/label-sets.ts";
import { measureBudgets, type HalvesFigures } from "../../core/evaluation/measure-budgets.ts";

const folder = join(resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora"), "eval");
const present = existsSync(folder);
if (!present) console.log(`skipped: the evaluation sets are not in ${folder}`);

const budgets = [0.02, 0.05, 0.1] as const;
const confidenceLevel = 0.95;
const outOfScopeSets = {
  "gitlab-handbook": ["stackfaq"],
  stackfaq: ["gitlab-handbook", "squad2"],
  "xquad-th-en": ["stackfaq", "gitlab-handbook"],
};
/** Those whose judgements name everything that answers a question, or nearly. */
const sets = ["squad2", "mtrag-un", "gitlab-handbook", "stackfaq", "xquad-th-en"] as const;
type SetName = (typeof sets)[number];

const cases = sets.flatMap((set) => budgets.map((budget) => [set, 100 * budget, budget] as const));

(present ? describe : describe.skip)("error budgets on the evaluation sets", () => {
  const labelled = new Map<SetName, LabelledSet>();
  const halves = (set: SetName, seed: number): HalvesFigures =>
    measureBudgets(labelled.get(set)?.answers ?? [], { budgets, confidenceLevel, seed });
  const first = new Map<SetName, HalvesFigures>();

  beforeAll(async () => {
    for (const set of sets) {
      for await (const each of labelFolder({ folder, set, outOfScopeSets })) labelled.set(set, each);
      first.set(set, halves(set, 1));
    }
    console.log([...first].flatMap(([set, figures]) => lines(set, figures)).join("\n"));
  }, 240_000);

  it.each(cases)("on %s, at most %i in 100 of what is sent are wrong", (set, _percent, budget) => {
    const figures = first.get(set)?.budgets.find((each) => each.budget === budget);
    expect(figures?.chosen.given).toBeGreaterThan(40);
    if (figures?.chosen.threshold === null) expect(figures.sent).toBe(0);
    else expect((figures?.wrong ?? 1) / (figures?.sent ?? 1)).toBeLessThanOrEqual(budget);
  });

  it("sends something where the confidence is good enough", () => {
    const [, five, ten] = first.get("xquad-th-en")?.budgets ?? [];
    expect(five?.sent).toBeGreaterThan(50);
    expect(ten?.sent).toBeGreaterThan(300);
  });

  it("turns confidence into a better probability where there are a hundred labels or more", () => {
    const figures = [...first.values()].filter(({ calibration }) => calibration >= 100);
    expect(figures).toHaveLength(3);
    for (const { rawLoss, calibratedLoss } of figures) expect(calibratedLoss).toBeLessThan(rawLoss);
  });

  it("clearly breaks a budget in at most 5 of 100 splits", () => {
    const splits = 100;
    for (const set of sets) {
      const broken = budgets.map(() => 0);
      for (let seed = 2; seed < 2 + splits; seed += 1)
        halves(set, seed).budgets.forEach(({ budget, sent, wrong }, at) => {
          const leastRate = sent === 0 ? 0 : 1 - upperErrorRate(sent - wrong, sent, confidenceLevel);
          if (leastRate > budget) broken[at] = (broken[at] ?? 0) + 1;
        });
      for (const count of broken) expect(count / splits).toBeLessThanOrEqual(1 - confidenceLevel);
    }
  }, 60_000);
});

function lines(set: SetName, { calibration, test, budgets: all }: HalvesFigures): string[] {
  return all.map(({ budget, chosen, sent, wrong }) => {
    const threshold = chosen.threshold ?? `none (${chosen.missing ?? ""} missing)`;
    const coverage = ((100 * sent) / test).toFixed(1);
    return `${set}: ${calibration} labels, budget ${100 * budget} %: threshold ${threshold}; of ${test} others ${sent} sent (${coverage} %), ${wrong} wrong`;
  });
}
