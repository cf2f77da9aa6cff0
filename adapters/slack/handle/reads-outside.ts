import type { Desk } from "./desk.ts";
import { isOwnMember } from "./profile.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Whether others than the company's own people read a channel: guests of the workspace, people of other companies, and
 * whoever Slack does not tell of. Never throws.
 */
export async function readsOutside(
  { channels, logger }: Pick<Desk, "channels" | "logger">,
  workspace: Workspace,
  channelId: string,
): Promise<boolean> {
  try {
    const { facts, people } = await channels.readers(workspace, channelId);
    return facts.outside || people.some((user) => !isOwnMember(workspace, user));
  } catch (error) {
    logger.info("it is not known who reads a Slack channel, so it counts as read by guests", {
      team: workspace.teamId,
      channel: channelId,
      error,
    });
    return true;
  }
}
