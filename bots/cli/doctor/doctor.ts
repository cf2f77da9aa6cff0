import { type Config, readSoundSettings } from "../../../adapters/config.ts";
import { diagnose } from "../../../adapters/connect/diagnose.ts";
import { exitCodes, interruptible } from "../run-command.ts";
import { plain, printJson, type Terminal } from "../terminal.ts";
import type { Check } from "./check.ts";
import { connectionsCheck } from "./check-connections.ts";
import { databaseChecks, queueCheck } from "./check-database.ts";
import { inferenceChecks } from "./check-inference.ts";
import { extractorCheck, machineChecks, portCheck, serverChecks } from "./check-machine.ts";
import { mailCheck } from "./check-mail.ts";
import { modelChecks, modelServerChecks } from "./check-model.ts";
import { pagerDutyCheck } from "./check-pagerduty.ts";
import { slackChecks } from "./check-slack.ts";
import { teamsChecks } from "./check-teams.ts";
import { type CheckResult, runChecks } from "./run-checks.ts";

export interface DoctorOptions {
  /** Where to post a test message: a Slack channel's id, or a team, chat or person of Teams. */
  readonly post?: string;
}

/** Teams names nothing so. */
const slackChannel = /^[CDG][A-Z0-9]{6,}$/;

/** Looks at every part, and says of each whether it works and what to do where it does not. */
export async function doctor(terminal: Terminal, { post }: DoctorOptions = {}): Promise<0 | 1> {
  const { config, faults } = readSoundSettings();
  const diagnosis = diagnose(config);
  const isOfSlack = slackChannel.test(post ?? "");
  const checks =
    config.ROLE === "inference"
      ? besideModels(config)
      : [
          ...machineChecks,
          ...databaseChecks(config.REDIS_URL !== undefined),
          extractorCheck,
          ...modelChecks(config),
          ...inferenceChecks(config),
          ...serverChecks,
          ...slackChecks(config, isOfSlack ? post : undefined),
          ...teamsChecks(config, isOfSlack ? undefined : post, process.cwd()),
          pagerDutyCheck,
          connectionsCheck,
          mailCheck,
        ];
  const results: CheckResult[] = [];
  const examine = async (): Promise<void> => {
    for await (const result of runChecks(checks, { config, faults, diagnosis })) {
      results.push(result);
      if (!terminal.json) terminal.out(render(result));
    }
  };
  await interruptible(terminal, () => diagnosis.close(), examine);
  const count = (status: CheckResult["status"]): number =>
    results.filter((result) => result.status === status).length;
  const healthy = count("fail") === 0;
  if (terminal.json) printJson(terminal, { healthy, checks: results });
  else
    terminal.out(
      `\n${String(count("ok"))} work, ${String(count("warn"))} with a warning, ${String(count("fail"))} failed.\n`,
    );
  return healthy ? exitCodes.done : exitCodes.failed;
}

/** What a process has that asks the models alone: it knows no database. */
const besideModels = (config: Config): readonly Check[] => [
  ...machineChecks,
  queueCheck(true),
  ...modelServerChecks(config),
  ...inferenceChecks(config),
  portCheck,
];

const nameWidth = 18;

function render({ name, status, detail, remedy, milliseconds }: CheckResult): string {
  const line = `${status.padEnd(5)} ${name.padEnd(nameWidth)} ${plain(detail)} (${String(milliseconds)} ms)\n`;
  return remedy === undefined ? line : `${line}      What to do: ${plain(remedy)}\n`;
}
