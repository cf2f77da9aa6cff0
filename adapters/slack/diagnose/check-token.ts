import { callSlack, createSlackClient } from "../client/slack-client.ts";
import { botScopes } from "../surface.ts";

/** What a bot token is good for. */
export interface CheckedToken {
  /** The workspace or organisation. */
  readonly workspaceName: string;
  /** Scopes that the code uses and the token lacks. */
  readonly missingScopes: readonly string[];
}

/** Throws as `callSlack` does, where Slack does not accept the token. */
export async function checkBotToken(token: string, apiUrl: string): Promise<CheckedToken> {
  const client = createSlackClient({ token, apiUrl });
  const { team, response_metadata: told } = await callSlack(() => client.auth.test());
  const granted = new Set(told?.scopes);
  return {
    workspaceName: team ?? "Slack",
    missingScopes: botScopes.map(({ scope }) => scope).filter((scope) => !granted.has(scope)),
  };
}

/** Throws as `callSlack` does, where Slack opens no socket for the app-level token. */
export async function checkAppToken(token: string, apiUrl: string): Promise<void> {
  const client = createSlackClient({ token, apiUrl });
  await callSlack(() => client.apps.connections.open({}));
}

/** Posts a message and takes it away again. Throws as `callSlack` does. */
export async function postTestMessage(token: string, apiUrl: string, channel: string): Promise<void> {
  const client = createSlackClient({ token, apiUrl });
  const posted = await callSlack(() =>
    client.chat.postMessage({
      channel,
      text: "The Expert checks that it may write here. / ทดสอบการส่งข้อความ",
    }),
  );
  const { channel: place = channel, ts = "" } = posted;
  await callSlack(() => client.chat.delete({ channel: place, ts }));
}
