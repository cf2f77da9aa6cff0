import { isExpertError } from "../../../core/errors.ts";
import { postToResponseUrl } from "../client/response-url.ts";
import { messageOf, type SlackMessage } from "../render/message.ts";
import { section } from "../render/split-blocks.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import type { Desk } from "./desk.ts";
import type { Workspace } from "./workspace.ts";

/** Where one person is told something that nobody else sees. */
export interface TellPlace {
  readonly userId: string;
  /** Null: in the direct messages with them. */
  readonly channelId: string | null;
  readonly threadTs: string | null;
  /** Of a command, which reaches the person also where the bot is not. */
  readonly responseUrl: string | null;
}

export const plainMessage = (text: string): SlackMessage => messageOf([section(writePlain(text))]);

const slackHooks = "https://hooks.slack.com";

/** The address as it came with a command or click, if it is Slack's own; null where it is not. */
export function slackResponseUrl(address: string | null, apiUrl: string): string | null {
  if (address === null || !URL.canParse(address)) return null;
  return [slackHooks, new URL(apiUrl).origin].includes(new URL(address).origin) ? address : null;
}

/**
 * Tells one person something: at the address of their command, else where they wrote, else in the direct messages.
 * Throws what `callSlack` throws where none of these is open.
 */
export async function tell(
  { apiUrl }: Pick<Desk, "apiUrl">,
  { messages }: Workspace,
  { userId, channelId, threadTs, responseUrl }: TellPlace,
  message: SlackMessage,
): Promise<void> {
  const address = slackResponseUrl(responseUrl, apiUrl);
  if (address !== null && (await arrives(() => postToResponseUrl(address, message)))) return;
  if (channelId !== null && (await arrives(() => messages.whisper({ channelId, threadTs, userId }, message))))
    return;
  await messages.post({ channelId: await messages.openDirect(userId), threadTs: null }, message);
}

/** False where it never will. */
async function arrives(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return false;
    throw error;
  }
}

/** The same for what is nice to know: what was done is done, whether it can be told or not. */
export async function tellQuietly(
  desk: Pick<Desk, "apiUrl" | "logger">,
  workspace: Workspace,
  place: TellPlace,
  message: SlackMessage,
): Promise<void> {
  await tell(desk, workspace, place, message).catch((error: unknown) => {
    desk.logger.info("a person could not be told in Slack what became of a click", {
      team: workspace.teamId,
      error,
    });
  });
}
