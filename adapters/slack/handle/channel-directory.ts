import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { ChannelFacts } from "./calls/place-calls.ts";
import type { SlackUser } from "./calls/people-calls.ts";
import type { Workspace } from "./workspace.ts";
import type { WorkspaceDirectory } from "./workspace-directory.ts";

/** A channel and the people in it; bots and deleted accounts left out, and of a channel shared with others nobody named. */
export interface ChannelReaders {
  readonly facts: ChannelFacts;
  readonly people: readonly SlackUser[];
}

/**
 * Who reads channels. Slack tells one process of a change, and that one forgets; for the others, what opens or closes a
 * channel is at most 15 seconds old: whether it is private, shared, and how many are in it. Who they are is read anew when
 * any of these has changed, and every five minutes.
 */
export interface ChannelDirectory {
  /** Throws what `callSlack` throws. */
  readers(workspace: Workspace, channelId: string): Promise<ChannelReaders>;
  /** In all workspaces: in an organisation the event names another than the questions do. */
  forget(channelId: string): void;
  /** All channels of the installation: somebody in them may read other things now. */
  forgetAll(workspace: Pick<Workspace, "tenantId" | "installationId">): void;
}

const factsMs = 15_000;
const membersMs = 5 * 60_000;
const channelsRemembered = 5_000;
/** 50,000 members; a channel with more is not read to its end, and refused. */
const pagesRead = 50;

interface Remembered {
  readonly readers: Promise<ChannelReaders>;
  /** When its facts were last asked for. */
  readonly checkedAt: number;
  /** When its members were last asked for. */
  readonly readAt: number;
}

export function createChannelDirectory(
  directory: Pick<WorkspaceDirectory, "people">,
  { clock }: { readonly clock: Clock },
): ChannelDirectory {
  const channels = new LRUCache<string, Remembered>({ max: channelsRemembered });
  const now = (): number => clock.now().getTime();

  async function read(workspace: Workspace, channelId: string, facts: ChannelFacts): Promise<ChannelReaders> {
    if (facts.outside || facts.kind === "direct") return { facts, people: [] };
    const ids = await readMembers(workspace, channelId);
    const people = await directory.people(workspace, ids);
    return { facts, people: people.filter(({ bot, deleted }) => !bot && !deleted) };
  }

  const readAnew = async (workspace: Workspace, channelId: string): Promise<ChannelReaders> =>
    read(workspace, channelId, await workspace.places.channel(channelId));

  /** The same object where nothing has changed. Where Slack wants a pause first, what is known serves on. */
  async function check(
    workspace: Workspace,
    channelId: string,
    known: Promise<ChannelReaders>,
  ): Promise<ChannelReaders> {
    const [before, facts] = await Promise.all([known, factsUnlessPaused(workspace, channelId)]);
    return facts === null || alike(before.facts, facts) ? before : await read(workspace, channelId, facts);
  }

  return {
    readers(workspace, channelId) {
      const key = keyOf(workspace, channelId);
      const known = channels.get(key);
      const at = now();
      if (known && at - known.checkedAt < factsMs) return known.readers;
      const recent = known && at - known.readAt < membersMs ? known : null;
      const readers = recent ? check(workspace, channelId, recent.readers) : readAnew(workspace, channelId);
      const entry: Remembered = { readers, checkedAt: at, readAt: recent?.readAt ?? at };
      channels.set(key, entry);
      readers.catch(() => {
        if (channels.peek(key) === entry) channels.delete(key);
      });
      return readers;
    },
    forget(channelId) {
      for (const key of channels.keys()) if (key.startsWith(`${channelId} `)) channels.delete(key);
    },
    forgetAll({ tenantId, installationId }) {
      for (const key of channels.keys())
        if (key.includes(` ${tenantId} ${installationId} `)) channels.delete(key);
    },
  };
}

const keyOf = ({ tenantId, installationId, teamId }: Workspace, channelId: string): string =>
  `${channelId} ${tenantId} ${installationId} ${teamId}`;

const alike = (one: ChannelFacts, other: ChannelFacts): boolean =>
  (["kind", "outside", "joined", "memberCount"] as const).every((field) => one[field] === other[field]);

async function factsUnlessPaused({ places }: Workspace, channelId: string): Promise<ChannelFacts | null> {
  try {
    return await places.channel(channelId);
  } catch (error) {
    if (isExpertError(error, "rate_limited")) return null;
    throw error;
  }
}

async function readMembers({ places, botUserId }: Workspace, channelId: string): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesRead; page += 1) {
    const { items, cursor: next } = await places.members(channelId, cursor);
    ids.push(...items);
    cursor = next;
    if (cursor === null) return ids.filter((id) => id !== botUserId);
  }
  throw new RangeError(`the channel ${channelId} has more than ${ids.length} members`);
}
