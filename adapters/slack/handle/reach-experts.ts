import { eachOf } from "../../../core/each-of.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { DirectPlace, ExpertReach } from "../../../core/handoff/experts.ts";
import type { ChannelPerson } from "../../../core/identity/channel-identity.ts";
import { type SlackAddress, threadKey } from "../thread-key.ts";
import type { Desk } from "./desk.ts";
import { personOf, profileOf } from "./profile.ts";
import type { Workspace } from "./workspace.ts";

const openedAtOnce = 4;

/** The direct messages between the bot of a workspace and a person in it. */
export function directPlace(
  { installationId }: Pick<Workspace, "installationId">,
  { workspaceId, externalId }: Pick<ChannelPerson, "workspaceId" | "externalId">,
): DirectPlace {
  const address: SlackAddress = { user: externalId, team: workspaceId };
  return {
    threadKey: threadKey({ kind: "direct", workspaceId: installationId, userId: externalId }),
    address,
  };
}

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
    async reach(identities) {
      const homes = await eachOf(identities, openedAtOnce, async (person) => ({
        person,
        home: await homeOf(person),
      }));
      const known = homes.flatMap(({ person, home }) => (home ? [{ person, home }] : []));
      const inOrder = [
        ...known.filter(({ home }) => isHome(home)),
        ...known.filter(({ home }) => !isHome(home)),
      ];
      for (const { person, home } of inOrder) {
        const user = await unlessRefused(() => desk.directory.person(home, person.externalId));
        if (user?.deleted === false && !user.bot) return directPlace(home, person);
      }
      return null;
    },
    async lookUp(email) {
      const user = await unlessRefused(() => workspace.people.byEmail(email));
      if (!user) return null;
      const person = personOf(user.id, user.teamId);
      return { person, profile: profileOf(workspace, user), place: directPlace(workspace, person) };
    },
  };
}

async function unlessRefused<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return null;
    throw error;
  }
}
