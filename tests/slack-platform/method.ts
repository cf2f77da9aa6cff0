import type { z } from "zod";
import type { Deliveries } from "./deliveries.ts";
import type { ChannelState, Json, PlatformState, TokenState, WorkspaceState } from "./platform-state.ts";
import { installOf } from "./platform-state.ts";
import type { Tier } from "./rate-limits.ts";
import { SlackRefusal } from "./refusal.ts";

/** Who calls: a bot token's workspace, chosen by team_id where the token serves an organisation. */
export interface Caller {
  readonly token: TokenState;
  readonly workspace: WorkspaceState;
  readonly botUserId: string;
  readonly botId: string;
  /** @throws SlackRefusal `missing_scope`. */
  need(scope: string, ...or: string[]): void;
  has(scope: string): boolean;
}

export interface MethodContext {
  readonly state: PlatformState;
  readonly deliveries: Deliveries;
}

/** One method of the Web API for bot tokens. */
export interface Method {
  readonly arguments: z.ZodType;
  /** One of them is enough; none: any token will do. What depends on the channel is asked for by `run`. */
  readonly scopes: readonly string[];
  readonly tier: Tier;
  /** The argument that names the channel where the call counts as a message to it. */
  readonly messageTo?: string;
  run(given: Json, caller: Caller, context: MethodContext): Json | Promise<Json>;
}

/** Keeps the types of a method's arguments between its schema and its work. */
export const method = <Schema extends z.ZodType>(definition: {
  arguments: Schema;
  scopes: readonly string[];
  tier: Tier;
  messageTo?: string;
  run(given: z.output<Schema>, caller: Caller, context: MethodContext): Json | Promise<Json>;
}): Method => definition as unknown as Method;

const readScopes = { public: "channels:read", private: "groups:read", im: "im:read" } as const;
const historyScopes = { public: "channels:history", private: "groups:history", im: "im:history" } as const;
export const readScope = (channel: ChannelState): string => readScopes[channel.kind];
export const historyScope = (channel: ChannelState): string => historyScopes[channel.kind];

/**
 * The channel of an id, as far as the bot can see it: private ones and direct messages only as their member.
 * @throws SlackRefusal `channel_not_found`.
 */
export function visibleChannel(state: PlatformState, caller: Caller, id: string): ChannelState {
  const channel = channelById(state, caller, id);
  const member = channel.members.has(caller.botUserId);
  if (!member && channel.kind !== "public")
    throw new SlackRefusal("channel_not_found", `The bot is not in ${id}.`);
  return channel;
}

/** @throws SlackRefusal `channel_not_found`, `not_in_channel` or `is_archived`. */
export function writableChannel(state: PlatformState, caller: Caller, id: string): ChannelState {
  const channel = visibleChannel(state, caller, id);
  if (channel.archived) throw new SlackRefusal("is_archived", `${id} is archived.`);
  if (!channel.members.has(caller.botUserId) && !caller.has("chat:write.public"))
    throw new SlackRefusal("not_in_channel", `The bot is not in ${id} and lacks chat:write.public.`);
  return channel;
}

function channelById(state: PlatformState, caller: Caller, id: string): ChannelState {
  const own = caller.workspace.channels.get(id);
  if (own) return own;
  // An organisation's token reaches the channels of all its workspaces.
  const { install } = caller.token;
  if (install?.organisation)
    for (const workspace of state.workspaces.values())
      if (installOf(workspace) === install) {
        const found = workspace.channels.get(id);
        if (found) return found;
      }
  throw new SlackRefusal("channel_not_found", `There is no channel ${id} in ${caller.workspace.id}.`);
}
