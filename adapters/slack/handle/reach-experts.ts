import type { ExpertReach } from "../../../core/handoff/experts.ts";
import type { ChannelPerson } from "../../../core/identity/channel-identity.ts";
import type { Desk } from "./desk.ts";
import { directPlace, reachKnown, unlessRefused } from "./direct-place.ts";
import { personOf, profileOf } from "./profile.ts";
import type { Workspace } from "./workspace.ts";

/**
 * How experts are reached: by the bot of the workspace, or organisation, where the question was asked, else by the bot of
 * the expert's own workspace. Slack is asked whether they are there, so that nobody is said to be told who cannot be.
 */
export function reachExperts(desk: Pick<Desk, "open" | "directory">, workspace: Workspace): ExpertReach {
  const isHome = ({ installationId }: Workspace): boolean => installationId === workspace.installationId;

  async function homeOf({ workspaceId }: ChannelPerson): Promise<Workspace | null> {
    if (workspaceId === workspace.teamId || workspaceId === workspace.installationId) return workspace;
    const home = await unlessRefused(() => desk.open(workspace.tenantId, workspaceId));
    return home && isHome(home) ? workspace : home;
  }

  return {
    reach: (identities) => reachKnown(desk, identities, { homeOf, isFirst: isHome }),
    async lookUp(email) {
      const user = await unlessRefused(() => workspace.people.byEmail(email));
      if (!user) return null;
      const person = personOf(user.id, user.teamId);
      return { person, profile: profileOf(workspace, user), place: directPlace(workspace, person) };
    },
  };
}
