import { Command, Option } from "commander";
import { sensitivities } from "../../core/identity/access.ts";
import { ask, type AskOptions } from "./ask.ts";
import { evaluate, type EvaluateOptions } from "./evaluate.ts";
import { runCommand } from "./run-command.ts";
import type { TerminalOptions } from "./terminal.ts";

void sensitivities;
void Option;
const program = new Command("npm run expert --")
  .description("Ask, fill and check The Expert from a terminal.")
  .helpOption("-h, --help", "show this help")
  .helpCommand(false)
  .showHelpAfterError("What to do: add --help to see what the command takes.");

const jsonOption = ["--json", "print one JSON object instead of text"] as const;
const verboseOption = ["--verbose", "tell on the error output what is done"] as const;
const tenantOption = ["--tenant <slug>", "the company, where there are several"] as const;

program
  .command("ask <question>")
  .description("Ask a question and print the answer with its sources.")
  .option("--department <slug>", "ask this department only")
  .option("--as <email>", "ask as this local account (default: the least privileged)")
  .option(...tenantOption)
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
Exit code: 0 answered, 3 no answer found, 1 failed.

Examples:
  npm run expert -- ask "What do I do when the VPN shows error 809?"
  npm run expert -- ask "How long is maternity leave?" --department human-resources --json`,
  )
  .action((question: string, options: AskOptions & TerminalOptions) =>
    runCommand(options, (terminal) => ask(terminal, question, options)),
  );

program
  .command("eval")
  .description("Measure search and confidence on evaluation sets; no database is needed.")
  .requiredOption("--data <folder>", "a folder of evaluation sets, or one set")
  .option("--set <name>", "measure this set only")
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
A set is a folder with corpus*.jsonl, queries*.jsonl, qrels*.tsv (any of them .gz) and perhaps unanswerable.jsonl.

Example:
  npm run expert -- eval --data ./evaluation --set handbook`,
  )
  .action((options: EvaluateOptions & TerminalOptions) =>
    runCommand(options, (terminal) => evaluate(terminal, options)),
  );

await program.parseAsync();
