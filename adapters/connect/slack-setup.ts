import type { Clock } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import type { InstallFlow, InstallLink } from "../../core/identity/install-flow.ts";
import type { TenantId, UserId } from "../../core/ids.ts";
import type { Config } from "../config.ts";
import { installLink } from "../slack/install/install-ticket.ts";
import { createSlackInstallFlow, type InstallPorts } from "../slack/install/oauth.ts";
import { writeManifest } from "../slack/manifest.ts";

/** "Add to Slack"; null where no Slack app is configured for it. */
export function connectSlackInstall(
  ports: InstallPorts,
  config: Config,
  sessionSecret: string,
): InstallFlow | null {
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl } = config;
  if (clientId === undefined || clientSecret === undefined || publicUrl === undefined) return null;
  const options = { clientId, clientSecret, publicUrl, apiUrl: config.SLACK_API_URL, secret: sessionSecret };
  return createSlackInstallFlow(ports, options);
}

/** An install link of the running product, from a process beside it. Throws `configuration_invalid`. */
export function slackInstallLink(
  parts: { readonly config: Config; readonly clock: Clock; readonly sessionSecret: string },
  tenant: TenantId,
  installer: UserId | null,
): InstallLink {
  const { PUBLIC_URL: publicUrl, SLACK_CLIENT_ID: clientId } = parts.config;
  if (publicUrl === undefined || clientId === undefined) {
    throw new ExpertError("configuration_invalid", "Adding workspaces to Slack is not set up here.", {
      remedy: "Set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and PUBLIC_URL.",
    });
  }
  return installLink({ publicUrl, secret: parts.sessionSecret, now: parts.clock.now() }, tenant, installer);
}

export interface ManifestWish {
  readonly socket: boolean;
  /** One workspace, whose bot token is set as SLACK_BOT_TOKEN, instead of OAuth. */
  readonly oneWorkspace: boolean;
}

/** The Slack app's manifest for this configuration. Throws `configuration_invalid` where it needs an address. */
export function slackManifest({ PUBLIC_URL: publicUrl }: Config, wish: ManifestWish): string {
  const { socket, oneWorkspace } = wish;
  if (publicUrl === undefined && !(socket && oneWorkspace)) {
    throw new ExpertError("configuration_invalid", "The manifest names the address that Slack calls.", {
      remedy: "Set PUBLIC_URL, or add --socket and --one-workspace for a Slack app without a public address.",
    });
  }
  return writeManifest({ publicUrl: publicUrl ?? null, socket, oauth: !oneWorkspace });
}
