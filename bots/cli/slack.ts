import { readConfig } from "../../adapters/config.ts";
import { slackInstallLink, slackManifest } from "../../adapters/connect/slack-setup.ts";
import { ExpertError } from "../../core/errors.ts";
import { canInstall } from "../../core/identity/policy.ts";
import { releaseWorkspace } from "../../core/identity/release-workspace.ts";
import type { UserId } from "../../core/ids.ts";
import { chooseTenant, signIn, type Tenant } from "./choose-account.ts";
import { exitCodes, withParts } from "./run-command.ts";
import { plain, printJson, type Terminal } from "./terminal.ts";

export interface SlackLinkOptions {
  readonly tenant?: string;
  readonly as?: string;
}

/** Prints the address that adds the bot to Slack workspaces of a company. */
export function slackLink(terminal: Terminal, options: SlackLinkOptions): Promise<0> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const installer = options.as === undefined ? null : await adminOf(parts, tenant, options.as);
    const { url, expiresAt } = slackInstallLink(parts, tenant.id, installer);
    await parts.audit.append(tenant.id, [
      {
        event: "channel.installed",
        status: "started",
        userId: installer,
        resourceType: "installation",
        metadata: { channel: "slack", by: "link" },
      },
    ]);
    if (terminal.json) printJson(terminal, { tenant: tenant.slug, url, expiresAt });
    else terminal.out(`${url}\n`);
    terminal.note(
      `Open it in a browser to add The Expert to a Slack workspace of ${tenant.slug}. It works for an hour, for whoever has it.`,
    );
    return exitCodes.done;
  });
}

async function adminOf(parts: Parameters<typeof signIn>[0], tenant: Tenant, email: string): Promise<UserId> {
  const { member } = await signIn(parts, { tenant, email, allowed: ({ member: who }) => canInstall(who) });
  if (canInstall(member)) return member.id;
  throw new ExpertError("forbidden", `${email} is no admin: only admins add The Expert to Slack.`, {
    remedy: "Name an admin with --as, or leave it out.",
  });
}

export interface SlackReleaseOptions {
  readonly tenant?: string;
  readonly workspace: string;
}

/** Gives up a workspace from which the bot was removed, so that another company may add it there. */
export function slackRelease(terminal: Terminal, options: SlackReleaseOptions): Promise<0> {
  return withParts(terminal, { demoCompany: false }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const { workspaceId, workspaceName } = await releaseWorkspace(parts, {
      tenant: tenant.id,
      channel: "slack",
      workspaceId: options.workspace,
    });
    if (terminal.json) printJson(terminal, { tenant: tenant.slug, workspaceId, workspaceName });
    else {
      terminal.out(`${plain(workspaceName)} (${workspaceId}) is no longer a workspace of ${tenant.slug}.\n`);
    }
    return exitCodes.done;
  });
}

export interface SlackManifestOptions {
  readonly socket?: boolean;
  readonly oneWorkspace?: boolean;
}

/** Prints the manifest of the Slack app, with this installation's address. */
export function printSlackManifest(
  terminal: Terminal,
  { socket = false, oneWorkspace = false }: SlackManifestOptions,
): Promise<0> {
  terminal.out(slackManifest(readConfig(), { socket, oneWorkspace }));
  return Promise.resolve(exitCodes.done);
}
