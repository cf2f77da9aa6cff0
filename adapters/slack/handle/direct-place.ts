import { eachOf } from "../../../core/each-of.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { DirectPlace } from "../../../core/handoff/experts.ts";
import type { ChannelPerson } from "../../../core/identity/channel-identity.ts";
import { type SlackAddress, threadKey } from "../thread-key.ts";
import type { Workspace } from "./workspace.ts";
import type { WorkspaceDirectory } from "./workspace-directory.ts";

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

/** The bot of a person's own workspace or organisation; null where it is not there. */
type HomeOf = (person: ChannelPerson) => Promise<Workspace | null>;

/**
 * The direct messages with somebody who is known under these identities, where `isFirst` before elsewhere; null where the
 * bot is in none of their workspaces. Slack is asked whether they are there, so that nobody is said to be told who cannot be.
 */
export async function reachKnown(
  { directory }: { readonly directory: Pick<WorkspaceDirectory, "person"> },
  identities: readonly ChannelPerson[],
  { homeOf, isFirst }: { readonly homeOf: HomeOf; readonly isFirst: (home: Workspace) => boolean },
): Promise<DirectPlace | null> {
  const homes = await eachOf(identities, openedAtOnce, async (person) => ({
    person,
    home: await homeOf(person),
  }));
  const known = homes.flatMap(({ person, home }) => (home ? [{ person, home }] : []));
  const inOrder = [
    ...known.filter(({ home }) => isFirst(home)),
    ...known.filter(({ home }) => !isFirst(home)),
  ];
  for (const { person, home } of inOrder) {
    const user = await unlessRefused(() => directory.person(home, person.externalId));
    if (user?.deleted === false && !user.bot) return directPlace(home, person);
  }
  return null;
}

/** Null where Slack will never do it. */
export async function unlessRefused<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return null;
    throw error;
  }
}
