import type { WebClient } from "@slack/web-api";
import { callSlack } from "../../client/slack-client.ts";
import { nextCursor, type SlackPage } from "./page.ts";

/** What decides who reads a channel. */
export interface ChannelFacts {
  readonly kind: "public" | "private" | "group" | "direct";
  /** Shared with another company, or about to be. */
  readonly outside: boolean;
  /** Whether the bot is in it. */
  readonly joined: boolean;
  /** How many are in it, bots too; null where Slack does not tell, as of direct messages. */
  readonly memberCount: number | null;
}

/** Each throws what `callSlack` throws. */
export interface PlaceCalls {
  channel(id: string): Promise<ChannelFacts>;
  members(id: string, cursor: string | null): Promise<SlackPage<string>>;
}

const pageSize = 1_000;

/** What conversations.info tells, as far as it is read here. */
interface ToldChannel {
  readonly is_im?: boolean;
  readonly is_mpim?: boolean;
  readonly is_private?: boolean;
  readonly is_group?: boolean;
  readonly is_member?: boolean;
  readonly is_ext_shared?: boolean;
  readonly is_pending_ext_shared?: boolean;
  readonly is_shared?: boolean;
  readonly is_org_shared?: boolean;
  readonly pending_shared?: readonly string[];
  readonly num_members?: number;
}

/** @see https://docs.slack.dev/reference/objects/conversation-object */
function readChannel(told: ToldChannel): ChannelFacts {
  const kind =
    told.is_im === true
      ? "direct"
      : told.is_mpim === true
        ? "group"
        : told.is_private === true || told.is_group === true
          ? "private"
          : "public";
  return {
    kind,
    outside:
      told.is_ext_shared === true ||
      told.is_pending_ext_shared === true ||
      (told.pending_shared ?? []).length > 0 ||
      // Shared, and not within its organisation alone.
      (told.is_shared === true && told.is_org_shared !== true),
    joined: told.is_member === true || told.is_im === true || told.is_mpim === true,
    memberCount: told.num_members ?? null,
  };
}

export const createPlaceCalls = (client: WebClient): PlaceCalls => ({
  async channel(id) {
    const answer = await callSlack(() =>
      client.conversations.info({ channel: id, include_num_members: true }),
    );
    return readChannel(answer.channel ?? {});
  },
  async members(id, cursor) {
    const answer = await callSlack(() =>
      client.conversations.members({
        channel: id,
        limit: pageSize,
        ...(cursor === null ? {} : { cursor }),
      }),
    );
    return { items: answer.members ?? [], cursor: nextCursor(answer.response_metadata) };
  },
});
