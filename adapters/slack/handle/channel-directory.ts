import { LRUCache } from "lru-cache";
import type { ChannelFacts } from "./calls/place-calls.ts";
import type { SlackUser } from "./calls/people-calls.ts";
import type { Workspace } from "./workspace.ts";
import type { WorkspaceDirectory } from "./workspace-directory.ts";

/** A channel and the people in it; bots and deleted accounts left out, and of a channel shared with others nobody named. */
export interface ChannelReaders {
  readonly facts: ChannelFacts;
  readonly people: readonly SlackUser[];
}

/** Who reads channels, remembered for five minutes or until Slack tells of a change. */
export interface ChannelDirectory {
  /** Throws what `callSlack` throws. */
  readers(workspace: Workspace, channelId: string): Promise<ChannelReaders>;
  forget(teamId: string, channelId: string): void;
  /** All channels of the workspace: somebody in it may read other things now. */
  forgetAll(teamId: string): void;
}

const rememberedMs = 5 * 60_000;
const channelsRemembered = 5_000;
/** 50,000 members; a channel with more is not read to its end, and refused. */
const pagesRead = 50;

export function createChannelDirectory(directory: WorkspaceDirectory): ChannelDirectory {
  const channels = new LRUCache<string, Promise<ChannelReaders>>({
    max: channelsRemembered,
    ttl: rememberedMs,
  });

  return {
    readers(workspace, channelId) {
      const key = keyOf(workspace.teamId, channelId, workspace.tenantId);
      const known = channels.get(key);
      if (known) return known;
      const reading = readReaders(directory, workspace, channelId);
      channels.set(key, reading);
      reading.catch(() => {
        if (channels.peek(key) === reading) channels.delete(key);
      });
      return reading;
    },
    forget(teamId, channelId) {
      for (const key of channels.keys()) if (key.startsWith(keyOf(teamId, channelId))) channels.delete(key);
    },
    forgetAll(teamId) {
      for (const key of channels.keys()) if (key.startsWith(`${teamId} `)) channels.delete(key);
    },
  };
}

const keyOf = (teamId: string, channelId: string, tenant = ""): string => `${teamId} ${channelId} ${tenant}`;

async function readReaders(
  directory: WorkspaceDirectory,
  workspace: Workspace,
  channelId: string,
): Promise<ChannelReaders> {
  const facts = await workspace.places.channel(channelId);
  if (facts.outside || facts.kind === "direct") return { facts, people: [] };
  const ids = await readMembers(workspace, channelId);
  const people = await directory.people(workspace, ids);
  return { facts, people: people.filter(({ bot, deleted }) => !bot && !deleted) };
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
