import type { Command } from "commander";
import { jsonOption, tenantOption, verboseOption } from "./command-options.ts";
import {
  grantToGroup,
  type GroupGrantOptions,
  type GroupListOptions,
  listGroups,
  revokeFromGroup,
} from "./groups.ts";
import { runCommand } from "./run-command.ts";
import type { TerminalOptions } from "./terminal.ts";

const groupOption = ["--group <id>", "its Object ID in Entra, or entra:<tenant ID>:<object ID>"] as const;
const groupRoleOption = [
  "--role <role>",
  "in a department member or lead; without one viewer, staff, approver or admin",
] as const;

/** Declares what `groups` can do. */
export function addGroupCommands(groups: Command): void {
  groups
    .command("grant")
    .description("Give everyone in a group a place in a department, or a role in the company.")
    .requiredOption(...groupOption)
    .option("--department <slug>", "the department; without it the role is one in the company")
    .requiredOption(...groupRoleOption)
    .option(...tenantOption)
    .option(...jsonOption)
    .option(...verboseOption)
    .addHelpText(
      "after",
      `
Needs TEAMS_GRAPH=on in the running server. People have it once their groups are read, when they next write in Teams.

Examples:
  npm run expert -- groups grant --group 00000000-0000-0000-0000-000000000000 --department finance --role member
  npm run expert -- groups grant --group 00000000-0000-0000-0000-000000000000 --role approver`,
    )
    .action((options: GroupGrantOptions & TerminalOptions) =>
      runCommand(options, (terminal) => grantToGroup(terminal, options)),
    );

  groups
    .command("revoke")
    .description("Take back what a group gives; it is gone within seconds.")
    .requiredOption(...groupOption)
    .option("--department <slug>", "the department; without it the role is one in the company")
    .requiredOption(...groupRoleOption)
    .option(...tenantOption)
    .option(...jsonOption)
    .option(...verboseOption)
    .addHelpText(
      "after",
      `
Example:
  npm run expert -- groups revoke --group 00000000-0000-0000-0000-000000000000 --department finance --role member`,
    )
    .action((options: GroupGrantOptions & TerminalOptions) =>
      runCommand(options, (terminal) => revokeFromGroup(terminal, options)),
    );

  groups
    .command("list")
    .description("Print what groups give in a company.")
    .option(...tenantOption)
    .option(...jsonOption)
    .option(...verboseOption)
    .addHelpText(
      "after",
      `
Example:
  npm run expert -- groups list --tenant acme`,
    )
    .action((options: GroupListOptions & TerminalOptions) =>
      runCommand(options, (terminal) => listGroups(terminal, options)),
    );
}
