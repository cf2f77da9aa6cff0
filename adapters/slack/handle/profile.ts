import type { ChannelPerson, ChannelProfile } from "../../../core/identity/channel-identity.ts";
import type { SlackUser } from "./calls/people-calls.ts";
import type { Workspace } from "./workspace.ts";

/** One of the company's own people in Slack: of the workspace or organisation that the bot is installed in, and no guest. */
export const isOwnMember = ({ teamId, installationId }: Workspace, user: SlackUser): boolean =>
  !user.restricted &&
  !user.stranger &&
  (user.teamId === teamId || user.teamId === installationId || user.organisationId === installationId);

/** An e-mail address that another company has confirmed proves nothing here. */
export function profileOf(workspace: Workspace, user: SlackUser): ChannelProfile {
  const foreign = user.stranger || user.bot || user.deleted;
  return {
    name: user.name,
    verifiedEmail: foreign ? null : user.confirmedEmail,
    ownMember: isOwnMember(workspace, user) && !user.bot && !user.deleted,
  };
}

export const personOf = (userId: string, userTeamId: string): ChannelPerson => ({
  channel: "slack",
  workspaceId: userTeamId,
  externalId: userId,
});
