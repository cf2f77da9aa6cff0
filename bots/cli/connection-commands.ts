import type { Command } from "commander";
import { jsonOption, tenantOption, verboseOption } from "./command-options.ts";
import { type ConnectionOptions, listConnections, testConnection } from "./connections.ts";
import { runCommand } from "./run-command.ts";
import type { TerminalOptions } from "./terminal.ts";

/** Declares what `connections` can do. */
export function addConnectionCommands(connections: Command): void {
  connections
    .command("list")
    .description("Print a company's outside systems, how each answers, and what waits for it.")
    .option(...tenantOption)
    .option(...jsonOption)
    .option(...verboseOption)
    .addHelpText(
      "after",
      `
Example:
  npm run expert -- connections list --tenant acme`,
    )
    .action((options: ConnectionOptions & TerminalOptions) =>
      runCommand(options, (terminal) => listConnections(terminal, options)),
    );

  connections
    .command("test <name>")
    .description("Ask one of them whether we are known there, and what is missing.")
    .option(...tenantOption)
    .option(...jsonOption)
    .option(...verboseOption)
    .addHelpText(
      "after",
      `
Nothing is made there; an endpoint of generic webhooks gets a signed event "test". Exit code: 0 when all is well, 1 otherwise.

Example:
  npm run expert -- connections test jira`,
    )
    .action((name: string, options: ConnectionOptions & TerminalOptions) =>
      runCommand(options, (terminal) => testConnection(terminal, name, options)),
    );
}
