import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { readConfig } from "../../adapters/config.ts";
import { teamsPackage } from "../../adapters/connect/teams-package.ts";
import {
  connectTeamsTenant,
  listMicrosoftTenants,
  releaseTeamsTenant,
} from "../../adapters/connect/teams-tenants.ts";
import { ExpertError } from "../../core/errors.ts";
import { chooseTenant } from "./choose-account.ts";
import { exitCodes, withParts } from "./run-command.ts";
import { renderTable } from "./table.ts";
import { printJson, type Terminal } from "./terminal.ts";

export interface TeamsPackageOptions {
  readonly output: string;
  readonly appVersion: string;
}

/** Writes the app for Teams, with this installation's registration and address. */
export async function writeTeamsPackage(
  terminal: Terminal,
  { output, appVersion }: TeamsPackageOptions,
): Promise<0> {
  const file = resolve(output);
  await writeFile(file, await teamsPackage(readConfig(), appVersion));
  if (terminal.json) printJson(terminal, { file });
  else terminal.out(`${file}\n`);
  terminal.note("Upload it in Teams: Apps, Manage your apps, Upload an app.");
  return exitCodes.done;
}

export interface TeamsTenantOptions {
  readonly microsoftTenant: string;
  readonly tenant?: string;
}

/** Makes a Microsoft tenant the company's. */
export function teamsConnect(terminal: Terminal, options: TeamsTenantOptions): Promise<0> {
  const microsoftTenant = readId(options.microsoftTenant);
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const connected = await connectTeamsTenant(parts, tenant.id, microsoftTenant);
    if (terminal.json) printJson(terminal, { tenant: tenant.slug, microsoftTenant, connected });
    else {
      const how = connected ? "is connected to" : "was connected before to";
      terminal.out(`${microsoftTenant} ${how} ${tenant.slug}.\n`);
    }
    terminal.note("Upload the app's package in Teams there: `npm run expert -- teams package` writes it.");
    return exitCodes.done;
  });
}

/** Prints the Microsoft tenants of all companies. */
export function teamsList(terminal: Terminal): Promise<0> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const found = await listMicrosoftTenants(parts);
    if (terminal.json) {
      const microsoftTenants = found.map(({ msTenantId, tenant, state, people, chats, teams }) => ({
        microsoftTenant: msTenantId,
        tenant,
        state,
        people,
        chats,
        teams,
      }));
      printJson(terminal, { microsoftTenants });
    } else if (found.length === 0) terminal.out("No Microsoft tenant is connected.\n");
    else {
      const head = ["Microsoft tenant", "company", "state", "people", "group chats", "teams"];
      const rows = found.map(({ msTenantId, tenant, state, people, chats, teams }) =>
        [msTenantId, tenant, state, people, chats, teams].map(String),
      );
      terminal.out(`${renderTable(head, rows)}\n`);
    }
    return exitCodes.done;
  });
}

/** Gives a Microsoft tenant up, so that another company may connect it. */
export function teamsRelease(terminal: Terminal, options: TeamsTenantOptions): Promise<0> {
  const microsoftTenant = readId(options.microsoftTenant);
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    await releaseTeamsTenant(parts, tenant.id, microsoftTenant);
    if (terminal.json) printJson(terminal, { tenant: tenant.slug, microsoftTenant });
    else terminal.out(`${microsoftTenant} is no longer a Microsoft tenant of ${tenant.slug}.\n`);
    return exitCodes.done;
  });
}

function readId(text: string): string {
  const { data } = z.guid().safeParse(text);
  if (data !== undefined) return data.toLowerCase();
  throw new ExpertError("invalid_input", "--microsoft-tenant is no id of a Microsoft tenant.", {
    remedy: "Give its Directory (tenant) ID, as https://entra.microsoft.com shows it under Overview.",
  });
}
