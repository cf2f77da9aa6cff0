import cliProgress from "cli-progress";
import { plain, printJson, type Terminal } from "./terminal.ts";
import { type FileOutcome, fileResults, type IngestFilesOptions } from "./ingest-files.ts";

const nameWidth = 40;

/** A bar on the error output of a terminal: files done, and the one that was begun last. */
export function showProgress(
  terminal: Terminal,
  total: number,
): IngestFilesOptions & { readonly stop: () => void } {
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: "{bar} {value}/{total}  {name}",
    barsize: 30,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
  });
  const shown = process.stderr.isTTY && total > 0;
  if (shown) bar.start(total, 0, { name: "" });
  return {
    onBegin: (name) => {
      if (shown) bar.update({ name: shorten(plain(name)) });
    },
    onEnd: ({ name, result }) => {
      if (shown) bar.increment();
      else terminal.detail(`· ${result}: ${plain(name)}`);
    },
    stop: () => {
      if (shown) bar.stop();
    },
  };
}

/** The end of a path says more than its beginning. */
const shorten = (name: string): string => (name.length <= nameWidth ? name : `…${name.slice(1 - nameWidth)}`);

export interface IngestSummary {
  readonly outcomes: readonly FileOutcome[];
  /** Names of files in a format that is not read. */
  readonly skipped: readonly string[];
  readonly seconds: number;
}

/** How many files were created, replaced, unchanged, failed, and why each that failed did. */
export function printSummary(terminal: Terminal, { outcomes, skipped, seconds }: IngestSummary): void {
  const counts = Object.fromEntries(
    fileResults.map((result) => [result, outcomes.filter((one) => one.result === result).length]),
  );
  const faultsOf = (wanted: FileOutcome["result"]) =>
    outcomes.flatMap(({ name, result, failure }) =>
      failure && result === wanted ? [{ name, ...failure }] : [],
    );
  const failures = faultsOf("failed");
  const waiting = new Map(faultsOf("waiting").map((one) => [one.message, one]));
  const warned = outcomes.filter(({ warnings }) => warnings.length > 0);
  if (terminal.json) {
    const warnings = warned.map(({ name, warnings: texts }) => ({ name, warnings: texts }));
    printJson(terminal, { files: outcomes.length, ...counts, seconds, failures, warnings, skipped });
    return;
  }
  const said = fileResults
    .filter((result) => (result !== "finished" && result !== "waiting") || counts[result] !== 0)
    .map((result) => `${String(counts[result])} ${result}`)
    .join(", ");
  terminal.out(
    `${String(outcomes.length)} ${outcomes.length === 1 ? "file" : "files"} in ${seconds.toFixed(1)} s: ${said}.\n`,
  );
  if (skipped.length > 0) {
    terminal.out(`${String(skipped.length)} more are in formats that are not read: ${some(skipped)}.\n`);
  }
  for (const { name, warnings } of warned) terminal.out(`Note on ${plain(name)}: ${warnings.join("; ")}\n`);
  for (const { message, remedy } of waiting.values()) {
    terminal.out(`Waiting, and read by the workers once this is over: ${message}\n`);
    if (remedy !== null) terminal.out(`  What to do: ${remedy}\n`);
  }
  for (const { name, message, remedy } of failures) {
    terminal.out(`Failed: ${plain(name)}: ${message}\n`);
    if (remedy !== null) terminal.out(`  What to do: ${remedy}\n`);
  }
}

const namesShown = 5;
const some = (names: readonly string[]): string =>
  `${names.slice(0, namesShown).map(plain).join(", ")}${names.length > namesShown ? ", …" : ""}`;
