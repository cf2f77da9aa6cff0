import { type Command, Option } from "commander";
import { usageKinds } from "../http/contract/budget.ts";
import {
  type BudgetListOptions,
  type BudgetScopeOptions,
  type BudgetSetOptions,
  listBudgets,
  printUsage,
  removeBudget,
  setBudget,
  type UsageOptions,
} from "./budgets.ts";
import { jsonOption, tenantOption, verboseOption } from "./command-options.ts";
import { runCommand } from "./run-command.ts";
import type { TerminalOptions } from "./terminal.ts";

const scopeOptions = [
  ["--department <slug>", "a department's, instead of the company's"],
  ["--person <email>", "a person's own, in place of what each person gets"],
  ["--each-person", "what each person gets who has none of their own"],
] as const;

const withScope = (command: Command): Command =>
  scopeOptions.reduce((all, [flags, description]) => all.option(flags, description), command);

/** Declares what `budgets` can do. */
export function addBudgetCommands(budgets: Command): void {
  budgets
    .command("list")
    .description("Print a company's budgets, and what is left of each now.")
    .option(...tenantOption)
    .option(...jsonOption)
    .option(...verboseOption)
    .addHelpText(
      "after",
      `
Example:
  npm run expert -- budgets list --tenant acme`,
    )
    .action((options: BudgetListOptions & TerminalOptions) =>
      runCommand(options, (terminal) => listBudgets(terminal, options)),
    );

  withScope(budgets.command("set"))
    .description("Limit what may be asked of models; limits that are not given stay as they are.")
    .option("--requests-per-minute <number>", "at most so many requests, or none")
    .option("--requests-per-day <number>", "at most so many requests, or none")
    .option("--tokens-per-minute <number>", "at most so many tokens of prompts and answers, or none")
    .option("--tokens-per-day <number>", "at most so many tokens of prompts and answers, or none")
    .option(...tenantOption)
    .option(...jsonOption)
    .option(...verboseOption)
    .addHelpText(
      "after",
      `
Running processes follow within 10 seconds. The change is recorded in the audit trail.

Examples:
  npm run expert -- budgets set --tokens-per-day 5000000
  npm run expert -- budgets set --department finance --requests-per-minute 30 --requests-per-day none
  npm run expert -- budgets set --each-person --requests-per-day 200`,
    )
    .action((options: BudgetSetOptions & TerminalOptions) =>
      runCommand(options, (terminal) => setBudget(terminal, options)),
    );

  withScope(budgets.command("remove"))
    .description("Remove a budget.")
    .option(...tenantOption)
    .option(...jsonOption)
    .option(...verboseOption)
    .addHelpText(
      "after",
      `
Example:
  npm run expert -- budgets remove --person sam@example.com`,
    )
    .action((options: BudgetScopeOptions & TerminalOptions) =>
      runCommand(options, (terminal) => removeBudget(terminal, options)),
    );
}

/** Declares what `usage` takes. */
export function describeUsageCommand(usage: Command): void {
  usage
    .description("Print how much of models a company has used.")
    .option("--days <number>", "the last so many days, today included", "7")
    .addOption(new Option("--by <what>", "a line for each").choices(usageKinds).default("day"))
    .option("--questions", "only what people waited for")
    .option("--csv", "print a table for spreadsheets")
    .option(...tenantOption)
    .option(...jsonOption)
    .option(...verboseOption)
    .addHelpText(
      "after",
      `
Examples:
  npm run expert -- usage --days 30 --by department
  npm run expert -- usage --by person --csv > usage.csv`,
    )
    .action((options: UsageOptions & TerminalOptions) =>
      runCommand(options, (terminal) => printUsage(terminal, options)),
    );
}
