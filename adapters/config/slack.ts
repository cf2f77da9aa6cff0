import { z } from "zod";
import { httpsUnlessLocal, type Setting } from "./setting.ts";

const secretText = z.string().min(1).optional();
const token = (prefix: string, what: string) =>
  z
    .string()
    .startsWith(prefix, { error: `must be ${what}, which begins with ${prefix}` })
    .optional();

/** Any of them may have signed. Messages name a secret by its place, never by its text. */
const signingSecrets = z
  .string()
  .min(1)
  .transform((text, context): readonly string[] => {
    const secrets = text.split(",").map((secret) => secret.trim());
    for (const [index, secret] of secrets.entries()) {
      if (secret === "") context.addIssue(`secret ${String(index + 1)} is empty; put one comma between two`);
    }
    return secrets;
  });

/** Tokens are sent there: in the clear on this machine only. */
const apiUrl = httpsUnlessLocal().transform((address) => (address.endsWith("/") ? address : `${address}/`));

export const slackSettings = {
  SLACK_CLIENT_ID: {
    schema: z.string().min(1).optional(),
    description:
      "Client ID of the Slack app, for adding workspaces by OAuth; needs SLACK_CLIENT_SECRET and PUBLIC_URL.",
    example: "1234567890.1234567890123",
  },
  SLACK_CLIENT_SECRET: {
    schema: secretText,
    description: "Client secret of the Slack app.",
    example: "change-me",
    secret: true,
  },
  SLACK_SIGNING_SECRET: {
    schema: signingSecrets.optional(),
    description:
      "Signing secret of the Slack app, by which requests from Slack over HTTP are verified; while it is replaced several, comma separated, the new one first.",
    example: "change-me",
    secret: true,
  },
  SLACK_BOT_TOKEN: {
    schema: token("xoxb-", "a bot token"),
    description: "Bot token of a single workspace, instead of OAuth.",
    example: "xoxb-…",
    secret: true,
  },
  SLACK_APP_TOKEN: {
    schema: token("xapp-", "an app-level token with the scope connections:write"),
    description: "App-level token with connections:write, for Socket Mode: no address has to be public.",
    example: "xapp-…",
    secret: true,
  },
  SLACK_TRANSPORT: {
    schema: z.enum(["http", "socket"], { error: "must be http or socket" }).optional(),
    description:
      "http or socket. Absent: socket where SLACK_APP_TOKEN is set and SLACK_SIGNING_SECRET is not, else http.",
    example: "http",
  },
  SLACK_TENANT: {
    schema: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens")
      .optional(),
    description: "Slug of the company that SLACK_BOT_TOKEN's workspace belongs to. Absent: the only company.",
    example: "acme",
  },
  SLACK_API_URL: {
    schema: apiUrl.default("https://slack.com/api/"),
    description: "Address of Slack's Web API; another one for tests.",
    example: "https://slack.com/api/",
  },
} as const satisfies Record<string, Setting>;

export type SlackSettingName = keyof typeof slackSettings;
type SlackValues = { readonly [N in SlackSettingName]: z.output<(typeof slackSettings)[N]["schema"]> };
export type SlackTransport = NonNullable<SlackValues["SLACK_TRANSPORT"]>;

/** How events arrive, where it is not set: by socket if that alone is prepared. */
export const slackTransport = (values: SlackValues): SlackTransport =>
  values.SLACK_TRANSPORT ??
  (values.SLACK_APP_TOKEN !== undefined && values.SLACK_SIGNING_SECRET === undefined ? "socket" : "http");

const signing = "SLACK_SIGNING_SECRET (HTTP; the app's page, Basic Information)";
const appToken = "SLACK_APP_TOKEN (Socket Mode; an app-level token with connections:write)";

/** What of the Slack settings does not fit together, each with what to set. */
export function* slackContradictions(
  values: SlackValues & { readonly PUBLIC_URL: string | undefined },
): Generator<readonly [SlackSettingName, string]> {
  const {
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: socketToken,
    SLACK_TRANSPORT: chosen,
  } = values;
  if (clientId !== undefined && clientSecret === undefined) {
    yield ["SLACK_CLIENT_ID", "needs SLACK_CLIENT_SECRET (the app's page, Basic Information)"];
  }
  if (clientSecret !== undefined && clientId === undefined) {
    yield ["SLACK_CLIENT_SECRET", "needs SLACK_CLIENT_ID (the app's page, Basic Information)"];
  }
  if (clientId !== undefined && values.PUBLIC_URL === undefined) {
    yield ["SLACK_CLIENT_ID", "needs PUBLIC_URL, where Slack sends people back to after “Add to Slack”"];
  }
  if (values.SLACK_TENANT !== undefined && botToken === undefined) {
    yield ["SLACK_TENANT", "needs SLACK_BOT_TOKEN, whose workspace it is about"];
  }
  if (chosen === "http" && signingSecret === undefined) {
    yield ["SLACK_TRANSPORT", `http needs ${signing}; or set socket, with SLACK_APP_TOKEN`];
  }
  if (chosen === "socket" && socketToken === undefined) {
    yield ["SLACK_TRANSPORT", `socket needs ${appToken}; or set http, with SLACK_SIGNING_SECRET`];
  }

  const speaker =
    botToken !== undefined
      ? "SLACK_BOT_TOKEN"
      : clientId !== undefined || clientSecret !== undefined
        ? "SLACK_CLIENT_ID"
        : undefined;
  const receiver =
    signingSecret !== undefined
      ? "SLACK_SIGNING_SECRET"
      : socketToken !== undefined
        ? "SLACK_APP_TOKEN"
        : undefined;
  if (speaker !== undefined && receiver === undefined && chosen === undefined) {
    yield [speaker, `receives nothing; set ${signing} or ${appToken}`];
  }
  if (receiver !== undefined && speaker === undefined) {
    yield [
      receiver,
      "cannot answer; set SLACK_BOT_TOKEN (one workspace) or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (OAuth)",
    ];
  }
}
