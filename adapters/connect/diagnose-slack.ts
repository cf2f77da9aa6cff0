import type { Clock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { Installation } from "../../core/identity/installation.ts";
import { silentLogger } from "../../core/logger.ts";
import type { Config } from "../config.ts";
import {
  type CheckedToken,
  checkAppToken,
  checkBotToken,
  postTestMessage,
} from "../slack/diagnose/check-token.ts";
import {
  probeAddress,
  type ProbedAddress,
  slackAddresses,
  type SlackAddressName,
  slackPatienceMs,
} from "../slack/diagnose/probe-address.ts";
import { createSlackWorkspaces } from "../slack/install/workspaces.ts";
import { connectSecrets } from "./secrets.ts";

export { slackAddresses, type SlackAddressName, slackPatienceMs };

/** A workspace of a company, and what its token is good for. */
export interface WorkspaceFacts {
  readonly tenant: string;
  readonly workspaceName: string;
  readonly state: Installation["state"];
  /** Null where it has ended; an error where Slack or the stored token is at fault. */
  readonly token: CheckedToken | ExpertError | null;
}

/** Each part of the Slack bot on its own. Every method throws what is wrong. */
export interface SlackDiagnosis {
  workspaces(): Promise<readonly WorkspaceFacts[]>;
  /** SLACK_BOT_TOKEN, where it is set. */
  botToken(): Promise<CheckedToken | null>;
  appToken(): Promise<void>;
  /** What stands at one of the addresses that Slack calls. */
  address(name: SlackAddressName): Promise<ProbedAddress>;
  /** Posts a message in the first workspace that has the channel, and takes it away again: the workspace's name. */
  postTest(channel: string): Promise<string>;
}

export interface SlackDiagnosisPorts {
  readonly config: Config;
  readonly clock: Clock;
  readonly openDatabase: () => Promise<Database>;
}

export function diagnoseSlack({ config, clock, openDatabase }: SlackDiagnosisPorts): SlackDiagnosis {
  const apiUrl = config.SLACK_API_URL;

  async function* installed(): AsyncGenerator<{
    tenant: string;
    installation: Installation;
    token: TokenOf;
  }> {
    const database = await openDatabase();
    const secrets = await connectSecrets(config);
    const workspaces = createSlackWorkspaces(
      { database, secrets, clock, logger: silentLogger },
      {
        apiUrl,
        ...(config.SLACK_CLIENT_ID === undefined ? {} : { clientId: config.SLACK_CLIENT_ID }),
        ...(config.SLACK_CLIENT_SECRET === undefined ? {} : { clientSecret: config.SLACK_CLIENT_SECRET }),
      },
    );
    for (const { id, slug } of await database.tenants()) {
      const installations = await database.withTenant(id, (stores) => stores.installations.list());
      for (const installation of installations.filter(({ channel }) => channel === "slack")) {
        const { workspaceId } = installation;
        const token: TokenOf = async () => (await workspaces.bot(id, workspaceId)).client.token ?? "";
        yield { tenant: slug, installation, token };
      }
    }
  }

  return {
    async workspaces() {
      const facts: WorkspaceFacts[] = [];
      for await (const { tenant, installation, token } of installed()) {
        const { workspaceName, state } = installation;
        const checked =
          state === "active" ? await settle(async () => checkBotToken(await token(), apiUrl)) : null;
        facts.push({ tenant, workspaceName, state, token: checked });
      }
      return facts;
    },
    botToken: async () =>
      config.SLACK_BOT_TOKEN === undefined ? null : await checkBotToken(config.SLACK_BOT_TOKEN, apiUrl),
    appToken: () => checkAppToken(config.SLACK_APP_TOKEN ?? "", apiUrl),
    address: (name) =>
      probeAddress(name, {
        publicUrl: config.PUBLIC_URL ?? "",
        signingSecret: config.SLACK_SIGNING_SECRET?.[0] ?? "",
        clock,
      }),
    async postTest(channel) {
      let refusal: ExpertError | null = null;
      for await (const { installation, token } of installed()) {
        if (installation.state !== "active") continue;
        const posted = await settle(async () => {
          await postTestMessage(await token(), apiUrl, channel);
          return installation.workspaceName;
        });
        if (typeof posted === "string") return posted;
        refusal = posted;
      }
      throw refusal ?? new ExpertError("channel_refused", "There is no Slack workspace to post in.");
    },
  };
}

type TokenOf = () => Promise<string>;

async function settle<T>(work: () => Promise<T>): Promise<T | ExpertError> {
  try {
    return await work();
  } catch (error) {
    if (isExpertError(error)) return error;
    throw error;
  }
}
