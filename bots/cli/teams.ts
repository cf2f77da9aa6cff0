import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readConfig } from "../../adapters/config.ts";
import { teamsPackage } from "../../adapters/connect/teams-package.ts";
import { exitCodes } from "./run-command.ts";
import { printJson, type Terminal } from "./terminal.ts";

export interface TeamsPackageOptions {
  readonly output: string;
}

/** Writes the app for Teams, with this installation's registration and address. */
export async function writeTeamsPackage(terminal: Terminal, { output }: TeamsPackageOptions): Promise<0> {
  const file = resolve(output);
  await writeFile(file, await teamsPackage(readConfig()));
  if (terminal.json) printJson(terminal, { file });
  else terminal.out(`${file}\n`);
  terminal.note("Upload it in Teams: Apps, Manage your apps, Upload an app.");
  return exitCodes.done;
}
