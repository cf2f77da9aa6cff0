import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { root } from "../frame/repository.ts";
import { type MeasuredPrompts, measurePrompts } from "./measure-prompts.ts";
import { gpusNeeded } from "./gpus-needed.ts";
import { planningFigures } from "./planning-figures.ts";
import { type PlanningRow, planningTable } from "./planning-table.ts";

const page = readFileSync(`${root}docs/planning.md`, "utf8");
const slower = JSON.stringify({ gpu: { stepMs: 24.8, perSequenceMs: 1.2, prefillPerSecond: 6_250 } });
const whole = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 0 });

const cells = ({ people, plan, found, fewest }: PlanningRow): readonly string[] => [
  whole(people),
  plan.questionsPerSecond.toFixed(2),
  whole(plan.tokensPerSecond),
  whole(plan.gpus),
  `${(found.firstTokenP95Ms / 1_000).toFixed(2)} s`,
  whole(found.tokensPerSecondP95),
  fewest === null ? "–" : whole(fewest),
];
/** The rows below a heading, cell by cell. */
const tableBelow = (heading: string): readonly (readonly string[])[] =>
  (page.split(`### ${heading}\n`)[1] ?? "")
    .split(/\n##/)[0]
    ?.split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ) ?? [];

describe("docs/planning.md", () => {
  let prompts: MeasuredPrompts;
  beforeAll(async () => {
    prompts = await measurePrompts(root);
  });

  it.each([
    ["One H100 and a model of 8 billion parameters", "{}"],
    ["The same on a GPU a quarter as fast", slower],
  ])("has the table that is computed: %s", (heading, figures) => {
    const rows = planningTable(planningFigures(figures), prompts.tokens);
    expect(tableBelow(heading)).toEqual(rows.map(cells));
    expect(rows.map(({ held }) => held)).toEqual(rows.map(() => true));
  });

  it("tells the measured lengths of prompts and what of them is held", () => {
    const { tokens, heldShare } = prompts;
    const mean = tokens.reduce((sum, each) => sum + each, 0) / tokens.length;
    expect(page).toMatch(new RegExp(`^\\| tokens of a prompt \\(P\\) +\\| ${whole(mean)} `, "m"));
    expect(page).toContain(`the mean of the ${tokens.length} questions`);
    expect(page).toContain(`${whole(Math.min(...tokens))} to ${whole(Math.max(...tokens))}`);
    expect(page).toContain(`beginning: ${whole(100 * heldShare)} % of these`);
  });

  it("reckons its example as the formula does", () => {
    const { gpu, demand, bounds } = planningFigures(slower);
    const mean = prompts.tokens.reduce((sum, each) => sum + each, 0) / prompts.tokens.length;
    const plan = gpusNeeded({ ...demand, people: 5_000, promptTokens: mean }, gpu, bounds);
    const seconds = (1 / plan.questionsPerGpuSecond).toFixed(3);
    expect(page).toContain(`= ${plan.questionsPerSecond.toFixed(3)} questions a second`);
    expect(page).toContain(`With ${plan.batch} answers at once`);
    expect(page).toContain(`= ${seconds} s of a GPU`);
    expect(page).toContain(`= ⌈2.10⌉ = ${plan.gpus}.`);
  });

  it("has an example of one's own figures that is accepted", () => {
    const json = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const { people, gpu, bounds, promptTokens } = planningFigures(json);
    expect([people, gpu.stepMs, bounds.firstTokenMs, promptTokens?.length]).toEqual([
      [800, 2_000],
      9.1,
      1_500,
      3,
    ]);
  });
});
