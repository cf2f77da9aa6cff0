import {
  type Replayed,
  replayApproved,
  type ReplayOutcome,
  replayOutcomes,
} from "../../core/evaluation/replay-approved.ts";
import { chooseTenant } from "./choose-account.ts";
import { exitCodes, withParts } from "./run-command.ts";
import { renderTable } from "./table.ts";
import { printJson, type Terminal } from "./terminal.ts";

export interface EvaluateApprovedOptions {
  readonly tenant?: string;
}

/** The latest so many of a company; more take minutes. */
const mostReplayed = 1_000;
const shownLength = 70;

const outcomeNames: Readonly<Record<ReplayOutcome, string>> = {
  same: "same words",
  other: "other words",
  withheld: "withheld",
  not_found: "not found",
};

/**
 * Asks the questions of the verified answers once more, of the documents alone, and prints which would be answered
 * differently today. It changes nothing.
 */
export function evaluateApproved(terminal: Terminal, options: EvaluateApprovedOptions): Promise<0> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const { database, people, turns } = parts;
    const { index, embedder, quoting, model } = turns;
    const ports = { database, people, index, embedder, quoting, model };
    const answers: Replayed[] = [];
    for await (const replayed of replayApproved(ports, tenant.id, mostReplayed)) {
      answers.push(replayed);
      terminal.detail(`· ${outcomeNames[replayed.outcome]}: ${replayed.question}`);
    }
    const counts = countsOf(answers);
    if (terminal.json) printJson(terminal, { tenant: tenant.slug, counts, answers });
    else terminal.out(`${render(tenant.slug, answers, counts)}\n`);
    return exitCodes.done;
  });
}

const countsOf = (answers: readonly Replayed[]): Readonly<Record<ReplayOutcome, number>> => {
  const counts = { same: 0, other: 0, withheld: 0, not_found: 0 };
  for (const { outcome } of answers) counts[outcome] += 1;
  return counts;
};

function render(
  slug: string,
  answers: readonly Replayed[],
  counts: Readonly<Record<ReplayOutcome, number>>,
): string {
  if (answers.length === 0) return `${slug}: no approved answer is served yet.`;
  const told = replayOutcomes.map((outcome) => `${outcomeNames[outcome]} ${String(counts[outcome])}`);
  const summary = `${slug}: ${String(answers.length)} approved ${answers.length === 1 ? "answer" : "answers"} asked again: ${told.join(", ")}`;
  const different = answers.filter(({ outcome }) => outcome !== "same");
  if (different.length === 0) return summary;
  const table = renderTable(
    ["today", "confidence", "question", "approved", "would say"],
    different.map(({ outcome, confidence, question, approved, today }) => [
      outcomeNames[outcome],
      confidence.toFixed(2),
      short(question),
      short(approved),
      today === null ? "" : short(today),
    ]),
  );
  return `${summary}\n\n${table}`;
}

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= shownLength ? line : `${line.slice(0, shownLength - 1)}…`;
};
