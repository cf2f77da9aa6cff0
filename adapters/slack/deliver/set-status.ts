import { callSlack } from "../client/slack-client.ts";
import type { SlackBot } from "../workspaces.ts";
import type { LivePlace } from "./live-writer.ts";

/** Slack shows it for two minutes, or until the bot writes; an empty one ends it. Throws what `callSlack` throws. */
export async function setStatus(
  client: SlackBot["client"],
  { channelId, threadTs }: LivePlace,
  status: string,
): Promise<void> {
  await callSlack(() =>
    client.assistant.threads.setStatus({ channel_id: channelId, thread_ts: threadTs, status }),
  );
}
