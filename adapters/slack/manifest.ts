import type { AppsManifestValidateArguments } from "@slack/web-api";
import { Document, isScalar, isSeq } from "yaml";
import {
  agentView,
  appTexts,
  botEvents,
  botScopes,
  messageShortcut,
  slackPaths,
  slashCommand,
  ticketShortcut,
} from "./surface.ts";

export interface ManifestOptions {
  /** Where Slack and people reach this server, without a slash at the end; null where it has no public address. */
  readonly publicUrl: string | null;
  /** Whether events come through a socket that the bot opens, so that Slack needs no address. */
  readonly socket: boolean;
  /**
   * Whether workspaces are added by OAuth, with tokens that expire and are renewed. Otherwise it is one workspace, whose
   * bot token is a setting and must not expire.
   */
  readonly oauth: boolean;
}

type Manifest = AppsManifestValidateArguments["manifest"];

const indent = 2;

/**
 * The Slack app as YAML, for "Create an app from a manifest". Field by field as
 * https://docs.slack.dev/reference/app-manifest describes it.
 */
export function writeManifest(options: ManifestOptions): string {
  const document = new Document(manifestOf(options));
  const scopes = document.getIn(["oauth_config", "scopes", "bot"]);
  if (isSeq(scopes)) {
    for (const item of scopes.items) {
      const found = isScalar(item) && botScopes.find(({ scope }) => scope === item.value);
      if (isScalar(item) && found) item.comment = ` ${found.reason}`;
    }
  }
  return document.toString({ indent, lineWidth: 0 });
}

function manifestOf({ publicUrl, socket, oauth }: ManifestOptions) {
  const url = (path: keyof typeof slackPaths): string => `${publicUrl ?? ""}${slackPaths[path]}`;
  const features: Manifest["features"] = {
    bot_user: { display_name: appTexts.name, always_online: true },
    app_home: {
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    },
    agent_view: {
      agent_description: agentView.agent_description,
      suggested_prompts: [...agentView.suggested_prompts],
    },
    slash_commands: [{ ...slashCommand, ...(socket ? {} : { url: url("commands") }), should_escape: true }],
    shortcuts: [messageShortcut, ticketShortcut],
  };
  const settings: Manifest["settings"] = {
    event_subscriptions: {
      ...(socket ? {} : { request_url: url("events") }),
      bot_events: [...botEvents],
    },
    interactivity: { is_enabled: true, ...(socket ? {} : { request_url: url("interactions") }) },
    org_deploy_enabled: oauth,
    socket_mode_enabled: socket,
    token_rotation_enabled: oauth,
  };
  const display: Manifest["display_information"] = appTexts;
  return {
    display_information: display,
    features,
    oauth_config: {
      ...(oauth ? { redirect_urls: [url("oauthRedirect")] } : {}),
      scopes: { bot: botScopes.map(({ scope }) => scope) },
    },
    settings,
  };
}
