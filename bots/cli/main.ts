import { Command, Option } from "commander";
import { packageFile } from "../../adapters/connect/teams-package.ts";
import { sensitivities } from "../../core/identity/access.ts";
import { ask, type AskOptions } from "./ask.ts";
import { addBudgetCommands, describeUsageCommand } from "./budget-commands.ts";
import { jsonOption, tenantOption, verboseOption } from "./command-options.ts";
import { addConnectionCommands } from "./connection-commands.ts";
import { createTenant } from "./create-tenant.ts";
import { doctor, type DoctorOptions } from "./doctor/doctor.ts";
import { addGroupCommands } from "./group-commands.ts";
import { evaluate, type EvaluateOptions } from "./evaluate.ts";
import { ingest, type IngestOptions } from "./ingest.ts";
import { migrate } from "./migrate.ts";
import { rotateKeys } from "./rotate-keys.ts";
import { runCommand } from "./run-command.ts";
import {
  printSlackManifest,
  slackLink,
  type SlackLinkOptions,
  type SlackManifestOptions,
  slackRelease,
  type SlackReleaseOptions,
} from "./slack.ts";
import {
  teamsConnect,
  teamsList,
  type TeamsPackageOptions,
  teamsRelease,
  type TeamsTenantOptions,
  writeTeamsPackage,
} from "./teams.ts";
import type { TerminalOptions } from "./terminal.ts";
import { verifyAudit, type VerifyAuditOptions } from "./verify-audit.ts";

const program = new Command("npm run expert --")
  .description("Ask, fill and check The Expert from a terminal.")
  .helpOption("-h, --help", "show this help")
  .helpCommand(false)
  .showHelpAfterError("What to do: add --help to see what the command takes.");

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
  .command("ingest <folder>")
  .description("Add the files below a folder to a department; run it again at any time.")
  .requiredOption("--department <slug>", "the department that the documents belong to")
  .addOption(
    new Option("--sensitivity <label>", "the label of the documents")
      .choices(sensitivities)
      .default("public"),
  )
  .option("--as <email>", "add as this local account (default: the least privileged that may)")
  .option(...tenantOption)
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
A document is named by its path in the folder. The same content under the same name is left as it is; other content
replaces it. Exit code: 0 when every file could be read, 1 otherwise.

Examples:
  npm run expert -- ingest ./handbook --department human-resources
  npm run expert -- ingest ./salaries --department human-resources --sensitivity restricted --as siriporn@example.com`,
  )
  .action((folder: string, options: IngestOptions & TerminalOptions) =>
    runCommand(options, (terminal) => ingest(terminal, folder, options)),
  );

program
  .command("eval")
  .description("Measure search and confidence on evaluation sets, or ask again what experts have approved.")
  .option("--data <folder>", "a folder of evaluation sets, or one set; no database is needed")
  .option("--set <name>", "measure this set only")
  .option(
    "--budget",
    "measure error budgets instead: thresholds from one half of the answers, errors on the other",
  )
  .option(
    "--approved",
    "ask the questions of approved answers again, and show what would be answered differently",
  )
  .option(...tenantOption)
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
A set is a folder with corpus*.jsonl, queries*.jsonl, qrels*.tsv (any of them .gz) and perhaps unanswerable.jsonl.

Example:
  npm run expert -- eval --data ./evaluation --set handbook
  npm run expert -- eval --data ./evaluation --budget
  npm run expert -- eval --approved`,
  )
  .action((options: EvaluateOptions & TerminalOptions) =>
    runCommand(options, (terminal) => evaluate(terminal, options)),
  );

program
  .command("doctor")
  .description("Check every part of this installation, and say what to do about what does not work.")
  .option(
    "--post <where>",
    "post a test message in a Slack channel (its id) or, in Teams, a team (its name or id), a chat (its id) or to a person (e-mail address or Entra object id), and take it away again",
  )
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
Works beside a running server and without one; without one, the embedded database is started for the time being.
Your own PostgreSQL is not changed. Exit code: 0 when nothing failed, 1 otherwise.

Example:
  npm run expert -- doctor
  npm run expert -- doctor --post C0123456789
  npm run expert -- doctor --post "Pump Team"`,
  )
  .action((options: DoctorOptions & TerminalOptions) =>
    runCommand(options, (terminal) => doctor(terminal, options)),
  );

program
  .command("audit")
  .description("Check the audit trail.")
  .helpCommand(false)
  .command("verify")
  .description("Recompute the hash chain of the audit trail, and say where it is broken.")
  .option("--tenant <slug>", "this company only")
  .option("--expect <hash>", "a head that was noted earlier: it must still be in the chain")
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
Keep the head that it prints somewhere else: given back with --expect, it proves that nothing was cut off the end.
Exit code: 0 when every chain is intact, 1 otherwise.

Example:
  npm run expert -- audit verify --json`,
  )
  .action((options: VerifyAuditOptions & TerminalOptions) =>
    runCommand(options, (terminal) => verifyAudit(terminal, options)),
  );

program
  .command("keys")
  .description("Manage the keys that encrypt the tokens of channels and the secrets of connections.")
  .helpCommand(false)
  .command("rotate")
  .description(
    "Encrypt the tokens of workspaces and the secrets of connections with the first key of ENCRYPTION_KEYS.",
  )
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
Put the new key in front and keep the old one behind it, restart the server, then run this; afterwards the old key may
go. Exit code: 0 when no older key is needed any more, 1 otherwise.

Example:
  npm run expert -- keys rotate`,
  )
  .action((options: TerminalOptions) => runCommand(options, rotateKeys));

program
  .command("migrate")
  .description("Bring your own PostgreSQL up to date, as the schema's owner.")
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
Takes DATABASE_OWNER_URL and DATABASE_URL. The embedded database migrates itself at every start.

Example:
  DATABASE_OWNER_URL=postgres://… DATABASE_URL=postgres://… npm run expert -- migrate`,
  )
  .action((options: TerminalOptions) => runCommand(options, migrate));

const slack = program.command("slack").description("Set up the Slack bot.").helpCommand(false);

slack
  .command("manifest")
  .description("Print the manifest of the Slack app, with this installation's address.")
  .option("--socket", "events come through Socket Mode, so that Slack needs no address")
  .option("--one-workspace", "for one workspace by SLACK_BOT_TOKEN, without OAuth")
  .addHelpText(
    "after",
    `
Paste it at https://api.slack.com/apps under "Create New App", "From a manifest". It names PUBLIC_URL.

Examples:
  npm run expert -- slack manifest
  npm run expert -- slack manifest --socket --one-workspace`,
  )
  .action((options: SlackManifestOptions) =>
    runCommand({}, (terminal) => printSlackManifest(terminal, options)),
  );

slack
  .command("link")
  .description("Print an address that adds the bot to Slack workspaces of a company.")
  .option(...tenantOption)
  .option("--as <email>", "the admin who is named in the audit trail")
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
Needs SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and PUBLIC_URL. The address works for an hour, for whoever has it.

Example:
  npm run expert -- slack link --tenant acme`,
  )
  .action((options: SlackLinkOptions & TerminalOptions) =>
    runCommand(options, (terminal) => slackLink(terminal, options)),
  );

slack
  .command("release")
  .description(
    "Give up a workspace from which the bot was removed, so that another company may add it there.",
  )
  .option(...tenantOption)
  .requiredOption("--workspace <id>", "its id, or the organisation's: T… or E…")
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
A workspace stays its company's when the bot is removed from it, since what was asked there is the company's. The
command is recorded in the audit trail; questions and answers stay.

Example:
  npm run expert -- slack release --tenant acme --workspace T0123456789`,
  )
  .action((options: SlackReleaseOptions & TerminalOptions) =>
    runCommand(options, (terminal) => slackRelease(terminal, options)),
  );

const teams = program.command("teams").description("Set up the Teams bot.").helpCommand(false);

teams
  .command("package")
  .description("Write the app for Teams as a zip file, with this installation's registration and address.")
  .option("--output <file>", "where to write it", packageFile)
  .option(
    "--app-version <version>",
    "the app's version; Teams takes a package for an update where it is higher",
    "1.0.0",
  )
  .option(...jsonOption)
  .addHelpText(
    "after",
    `
Needs TEAMS_APP_ID and PUBLIC_URL. Upload it in Teams, or in the Teams admin center for everybody.

Examples:
  npm run expert -- teams package
  npm run expert -- teams package --app-version 1.0.1`,
  )
  .action((options: TeamsPackageOptions & TerminalOptions) =>
    runCommand(options, (terminal) => writeTeamsPackage(terminal, options)),
  );

teams
  .command("connect")
  .description("Make a Microsoft tenant a company's: whoever writes from there is answered for that company.")
  .requiredOption("--microsoft-tenant <id>", "its Directory (tenant) ID in Entra")
  .option(...tenantOption)
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
Needs TEAMS_APP_ID and, for other Microsoft tenants than the registration's own, TEAMS_APP_TYPE=multi. Running processes
notice within seconds.

Example:
  npm run expert -- teams connect --microsoft-tenant 00000000-0000-0000-0000-000000000000 --tenant acme`,
  )
  .action((options: TeamsTenantOptions & TerminalOptions) =>
    runCommand(options, (terminal) => teamsConnect(terminal, options)),
  );

teams
  .command("list")
  .description("List the Microsoft tenants that are connected, and where the bot was added there.")
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
Example:
  npm run expert -- teams list`,
  )
  .action((options: TerminalOptions) => runCommand(options, teamsList));

teams
  .command("release")
  .description("Give a Microsoft tenant up, so that another company may connect it.")
  .requiredOption("--microsoft-tenant <id>", "its Directory (tenant) ID in Entra")
  .option(...tenantOption)
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
Nothing from there is taken in any more, in running processes within a minute. The command is recorded in the audit
trail; questions and answers stay the company's.

Example:
  npm run expert -- teams release --microsoft-tenant 00000000-0000-0000-0000-000000000000 --tenant acme`,
  )
  .action((options: TeamsTenantOptions & TerminalOptions) =>
    runCommand(options, (terminal) => teamsRelease(terminal, options)),
  );

addGroupCommands(
  program.command("groups").description("Let groups of Entra give departments and roles.").helpCommand(false),
);

addConnectionCommands(
  program.command("connections").description("Look at the outside systems of a company.").helpCommand(false),
);

addBudgetCommands(
  program.command("budgets").description("Limit what a company may ask of models.").helpCommand(false),
);

describeUsageCommand(program.command("usage"));

program
  .command("tenant")
  .description("Manage companies.")
  .helpCommand(false)
  .command("create <folder>")
  .description("Create a company from a folder with a company.yaml, and add its pages.")
  .option(...jsonOption)
  .option(...verboseOption)
  .addHelpText(
    "after",
    `
The folder holds company.yaml and, per department, a folder of Markdown pages; deploy/demo-company is an example.

Example:
  npm run expert -- tenant create ./my-company`,
  )
  .action((folder: string, options: TerminalOptions) =>
    runCommand(options, (terminal) => createTenant(terminal, folder)),
  );

await program.parseAsync();
