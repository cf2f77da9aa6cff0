import type { Config, SettingName } from "../../../adapters/config.ts";
import {
  slackAddresses,
  type SlackAddressName,
  slackPatienceMs,
  type WorkspaceFacts,
} from "../../../adapters/connect/diagnose-slack.ts";
import { type ExpertError, isExpertError } from "../../../core/errors.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";

const speaking: readonly SettingName[] = ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN"];
const stored: readonly SettingName[] = ["DATABASE_URL", "DATA_DIR", "ENCRYPTION_KEYS", "SLACK_API_URL"];

const isConfigured = (config: Config): boolean =>
  config.SLACK_BOT_TOKEN !== undefined || config.SLACK_CLIENT_ID !== undefined;

const app = "https://api.slack.com/apps, your app";

/** By its token alone: there is no link that adds it, and its manifest must not ask for tokens that expire. */
const isOneWorkspace = ({ SLACK_CLIENT_ID, SLACK_BOT_TOKEN }: Config): boolean =>
  SLACK_CLIENT_ID === undefined && SLACK_BOT_TOKEN !== undefined;

function manifestCommand(config: Config): string {
  const socketOption = config.SLACK_TRANSPORT === "socket" ? " --socket" : "";
  return `npm run expert -- slack manifest${socketOption}${isOneWorkspace(config) ? " --one-workspace" : ""}`;
}

const setup: Check = {
  name: "slack",
  settings: [...speaking, "SLACK_TRANSPORT", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "PUBLIC_URL"],
  run({ config }) {
    if (!isConfigured(config)) return ok("not set up; docs/slack.md says how");
    const how = isOneWorkspace(config) ? "one workspace by its bot token" : "workspaces by OAuth";
    const transport = config.SLACK_TRANSPORT === "socket" ? "Socket Mode" : "HTTP";
    const detail = `${how}, events by ${transport}`;
    if (config.PUBLIC_URL === undefined) {
      return config.SLACK_TRANSPORT === "socket"
        ? warn(`${detail}; sources are named without links`, "Set PUBLIC_URL to the address of the page.")
        : fail(
            `${detail}, and no address that Slack could call`,
            "Set PUBLIC_URL, or SLACK_TRANSPORT=socket.",
          );
    }
    // Slack calls it over HTTP, and sends people's browsers back to it after "Add to Slack".
    const known = config.SLACK_TRANSPORT === "http" || !isOneWorkspace(config);
    return config.PUBLIC_URL.startsWith("https:") || !known
      ? ok(detail)
      : warn(
          `${detail}; PUBLIC_URL is not https, which Slack wants`,
          "Put a proxy with a certificate before it.",
        );
  },
};

const workspaces: Check = {
  name: "slack workspaces",
  settings: [...speaking, ...stored],
  after: "database",
  async run({ config, diagnosis }) {
    let configured: Awaited<ReturnType<typeof diagnosis.slack.botToken>>;
    try {
      configured = await diagnosis.slack.botToken();
    } catch (error) {
      if (!isExpertError(error, "channel_refused")) throw error;
      return fail(`SLACK_BOT_TOKEN: ${error.message}`, remedyOf(error, config));
    }
    const found = await diagnosis.slack.workspaces();
    if (configured && !found.some(({ state }) => state === "active")) {
      return warn(
        `SLACK_BOT_TOKEN is ${configured.workspaceName}'s, which no company has yet`,
        "Start The Expert: it takes the workspace in.",
      );
    }
    if (found.length === 0) {
      return warn(
        "the bot is in no workspace yet",
        "Run `npm run expert -- slack link` and open what it prints.",
      );
    }
    const faults = found.flatMap((one) => faultOf(one, config) ?? []);
    const remedies = [...new Set(faults.map(({ remedy }) => remedy))].join(" ");
    if (faults.length > 0) return fail(faults.map(({ detail }) => detail).join("; "), remedies);
    return ok(found.map(({ tenant, workspaceName }) => `${workspaceName} (${tenant})`).join(", "));
  },
};

const addAgain = (config: Config): string =>
  isOneWorkspace(config)
    ? `Install the app in the workspace again (${app}, Install App), set SLACK_BOT_TOKEN to the token that it shows, and restart The Expert.`
    : "Add it again: `npm run expert -- slack link`.";

/** A refusal of Slack's names the link, which this way does not have. */
const remedyOf = (error: ExpertError, config: Config): string =>
  isOneWorkspace(config) && error.code === "channel_refused"
    ? addAgain(config)
    : (error.remedy ?? addAgain(config));

function faultOf(
  { workspaceName, state, token }: WorkspaceFacts,
  config: Config,
): { detail: string; remedy: string } | null {
  if (token === null) {
    const how = state === "uninstalled" ? "the bot was removed" : "the tokens were revoked";
    return { detail: `${workspaceName}: ${how}`, remedy: addAgain(config) };
  }
  if (isExpertError(token)) {
    return { detail: `${workspaceName}: ${token.message}`, remedy: remedyOf(token, config) };
  }
  if (token.missingScopes.length === 0) return null;
  return {
    detail: `${workspaceName}: the scopes ${token.missingScopes.join(", ")} are missing`,
    remedy: `Paste what \`${manifestCommand(config)}\` prints at ${app}, App Manifest, then install the app in the workspace again (Install App).`,
  };
}

const socket: Check = {
  name: "slack socket",
  settings: ["SLACK_APP_TOKEN", "SLACK_API_URL"],
  async run({ diagnosis }) {
    try {
      await diagnosis.slack.appToken();
      return ok("Slack opens a socket for the app");
    } catch (error) {
      if (!isExpertError(error, "channel_refused")) throw error;
      return fail(
        `Slack opens no socket: ${error.message}`,
        `Set SLACK_APP_TOKEN to a token with connections:write (${app}, Basic Information, App-Level Tokens), and enable Socket Mode there.`,
      );
    }
  },
};

/** Where an address is entered, on the app's page. */
const pages: Readonly<Record<SlackAddressName, string>> = {
  events: "Event Subscriptions, Request URL",
  interactions: "Interactivity & Shortcuts, Request URL",
  commands: "Slash Commands, /expert, Request URL",
};

const address = (name: SlackAddressName): Check => ({
  name: `slack ${name}`,
  settings: ["PUBLIC_URL", "SLACK_SIGNING_SECRET", "HOST", "PORT"],
  async run({ config, diagnosis }) {
    const { PUBLIC_URL: publicUrl } = config;
    if (publicUrl === undefined) return warn("not checked: PUBLIC_URL is not set", "Set PUBLIC_URL.");
    const found = await diagnosis.slack.address(name).catch(() => null);
    if (found === null) {
      return fail(
        `nothing answers at ${publicUrl}`,
        "Start The Expert, and let your proxy pass PUBLIC_URL on to it; Slack must reach it as well.",
      );
    }
    return judge(found, name);
  },
});

type Probed = Awaited<ReturnType<Parameters<Check["run"]>[0]["diagnosis"]["slack"]["address"]>>;

function judge({ url, status, echoed, forgedStatus, milliseconds }: Probed, name: SlackAddressName): Finding {
  if (status === 401) {
    return fail(
      `${url} refuses what Slack signs`,
      `Set SLACK_SIGNING_SECRET to the one of ${app}, Basic Information, restart The Expert, and let the clocks of both machines follow a time server.`,
    );
  }
  if (status !== 200 || !echoed) {
    return fail(
      `${url} answers ${String(status)}${status === 200 ? ", but it is not The Expert" : ""}`,
      "Let your proxy pass /slack/ on to The Expert, with its body and headers as they are and without a redirect.",
    );
  }
  if (forgedStatus !== 401) {
    return fail(
      `${url} answers ${String(forgedStatus)} to a request that Slack has not signed`,
      "Let your proxy pass the requests on, and answer none itself.",
    );
  }
  const where = `Enter it at ${app}, ${pages[name]}`;
  if (milliseconds > slackPatienceMs) {
    return fail(
      `${url} took ${String(milliseconds)} ms; Slack waits for 3 s`,
      "Look at the load of the proxy and the database.",
    );
  }
  return ok(`${url} answers in ${String(milliseconds)} ms. ${where}`);
}

const testPost = (channel: string): Check => ({
  name: "slack test post",
  settings: [...speaking, ...stored],
  after: "slack workspaces",
  async run({ diagnosis }) {
    const workspace = await diagnosis.slack.postTest(channel);
    return ok(`a message was posted in ${channel} of ${workspace}, and taken away again`);
  },
});

/** @param post a channel's id, to post a test message in. */
export function slackChecks(config: Config, post: string | undefined): readonly Check[] {
  if (!isConfigured(config)) return [setup];
  const receiving = config.SLACK_TRANSPORT === "socket" ? [socket] : slackAddresses.map(address);
  return [setup, workspaces, ...receiving, ...(post === undefined ? [] : [testPost(post)])];
}
