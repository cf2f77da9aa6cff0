import type { BenchOutcome, BenchSkipped } from "./bench.ts";
import type { Machine } from "./machine.ts";

export interface BenchReport {
  readonly name: string;
  readonly machine: Machine;
  readonly outcome: BenchOutcome | BenchSkipped;
}

/** One object for programs. */
export const reportJson = ({ name, machine, outcome }: BenchReport): string =>
  JSON.stringify({ name, machine, ...outcome });

/** A table for people. */
export function reportTable({ name, machine, outcome }: BenchReport): string {
  const begin = [
    `${name}, ${machine.date.slice(0, 16).replace("T", " ")} UTC`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB; fsync ${machine.diskFsyncP50Ms} ms ` +
      `(p95 ${machine.diskFsyncP95Ms}); Node ${machine.node}, PostgreSQL ${machine.postgres}; load average ${machine.loadAverage}`,
  ];
  if ("skipped" in outcome) return [...begin, "", `Skipped: ${outcome.skipped}`].join("\n");
  const held = Object.entries(outcome.held).map(([bar, isHeld]): [string, string] => [
    bar,
    isHeld ? "held" : "NOT HELD",
  ]);
  return [
    ...begin,
    ...section("Figures", Object.entries(outcome.figures)),
    ...section("Times the baseline", Object.entries(outcome.ratios)),
    ...section("Bars", held),
  ].join("\n");
}

function section(title: string, rows: readonly (readonly [string, string | number])[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    "",
    title,
    ...rows.map(([label, value]) => `  ${label.padEnd(width)}  ${shown(value).padStart(12)}`),
  ];
}

const shown = (value: string | number): string =>
  typeof value === "string" ? value : value.toLocaleString("en", { maximumFractionDigits: 4 });
