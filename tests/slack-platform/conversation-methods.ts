import type { z } from "zod";
import { formatMessage } from "./message-records.ts";
import { type Caller, historyScope, method, type Method, readScope, visibleChannel } from "./method.ts";
import { openDirectMessages } from "./direct-messages.ts";
import type { ChannelState, Json, MessageState, PlatformState } from "./platform-state.ts";
import { installOf } from "./platform-state.ts";
import { paged } from "./pages.ts";
import { SlackRefusal } from "./refusal.ts";
import { closed, flag, pages, string, text, timestamp } from "./request-arguments.ts";

const timeline = {
  oldest: string().optional(),
  latest: string().optional(),
  inclusive: flag().optional(),
  include_all_metadata: flag().optional(),
  ...pages,
};
const conversationArguments = {
  info: closed({
    channel: text(),
    include_locale: flag().optional(),
    include_num_members: flag().optional(),
  }),
  members: closed({ channel: text(), ...pages }),
  history: closed({ channel: text(), ...timeline }),
  replies: closed({ channel: text(), ts: timestamp(), ...timeline }),
  open: closed({
    channel: text().optional(),
    users: text().optional(),
    return_im: flag().optional(),
    prevent_creation: flag().optional(),
  }),
  list: closed({
    types: string().optional(),
    exclude_archived: flag().optional(),
    ...pages,
  }),
};

/**
 * Conversations are served here and not by the emulate package, whose one team, open membership and metadata without
 * being asked for would hide faults of ours.
 */
export const conversationMethods: Record<string, Method> = {
  "conversations.info": method({
    arguments: conversationArguments.info,
    scopes: ["channels:read", "groups:read", "im:read"],
    tier: 3,
    run: (given, caller, { state }) => {
      const channel = visibleChannel(state, caller, given.channel);
      caller.need(readScope(channel));
      return {
        channel: {
          ...formatChannel(state, caller, channel),
          ...(given.include_num_members === true && { num_members: channel.members.size }),
        },
      };
    },
  }),

  "conversations.members": method({
    arguments: conversationArguments.members,
    scopes: ["channels:read", "groups:read", "im:read"],
    tier: 4,
    run: (given, caller, { state }) => {
      const channel = visibleChannel(state, caller, given.channel);
      caller.need(readScope(channel));
      const { page, response_metadata } = paged([...channel.members], given, 100, 1000);
      return { members: page, response_metadata };
    },
  }),

  "conversations.history": method({
    arguments: conversationArguments.history,
    scopes: ["channels:history", "groups:history", "im:history"],
    tier: 3,
    run: (given, caller, { state }) => {
      const channel = readable(state, caller, given.channel);
      const shown = [...channel.messages.values()]
        .filter((message) => message.threadTs === undefined && within(message, given))
        .reverse();
      return shownMessages(state, channel, shown, given);
    },
  }),

  "conversations.replies": method({
    arguments: conversationArguments.replies,
    scopes: ["channels:history", "groups:history", "im:history"],
    tier: 3,
    run: (given, caller, { state }) => {
      const channel = readable(state, caller, given.channel);
      const thread = channel.threads.get(channel.messages.get(given.ts)?.threadTs ?? given.ts);
      if (!thread) throw new SlackRefusal("thread_not_found", `${channel.id} has no thread ${given.ts}.`);
      const shown = thread.filter((message, index) => index === 0 || within(message, given));
      return shownMessages(state, channel, shown, given);
    },
  }),

  "conversations.open": method({
    arguments: conversationArguments.open,
    scopes: ["im:write"],
    tier: 3,
    run: (given, caller, { state }) => {
      if ((given.users === undefined) === (given.channel === undefined))
        throw new SlackRefusal("invalid_arguments", "Either users or channel is given.");
      if (given.channel !== undefined)
        return { channel: { id: visibleChannel(state, caller, given.channel).id } };
      const ids = given.users?.split(",") ?? [];
      const [only] = ids;
      if (ids.length !== 1 || only === undefined)
        throw new SlackRefusal(
          "method_not_supported_for_channel_type",
          "Group messages are not served here.",
        );
      const person = caller.workspace.people.get(only);
      if (!person) throw new SlackRefusal("user_not_found", only);
      if (person.deleted) throw new SlackRefusal("user_disabled", only);
      if (person.bot) throw new SlackRefusal("cannot_dm_bot", only);
      const channel = openDirectMessages(state, caller.workspace, person, caller.botUserId);
      return {
        channel: given.return_im === true ? formatChannel(state, caller, channel) : { id: channel.id },
      };
    },
  }),

  "conversations.list": method({
    arguments: conversationArguments.list,
    scopes: ["channels:read", "groups:read", "im:read"],
    tier: 2,
    run: (given, caller, { state }) => {
      const types = (given.types ?? "public_channel").split(",").map((type) => type.trim());
      const kinds: Record<string, string> = {
        public_channel: "public",
        private_channel: "private",
        im: "im",
        mpim: "mpim",
      };
      const wanted = types.map((type) => {
        if (!Object.hasOwn(kinds, type)) throw new SlackRefusal("invalid_types", type);
        return kinds[type];
      });
      const shown = [...caller.workspace.channels.values()].filter(
        (channel) =>
          wanted.includes(channel.kind) &&
          caller.has(readScope(channel)) &&
          (channel.kind === "public" || channel.members.has(caller.botUserId)) &&
          !(given.exclude_archived === true && channel.archived),
      );
      const { page, response_metadata } = paged(shown, given, 100, 1000);
      return { channels: page.map((channel) => formatChannel(state, caller, channel)), response_metadata };
    },
  }),
};

/** Bots read history only where they are members. @throws SlackRefusal `not_in_channel`. */
function readable(state: PlatformState, caller: Caller, id: string): ChannelState {
  const channel = visibleChannel(state, caller, id);
  caller.need(historyScope(channel));
  if (!channel.members.has(caller.botUserId))
    throw new SlackRefusal("not_in_channel", `The bot is not in ${id}.`);
  return channel;
}

type Timeline = Partial<z.output<z.ZodObject<typeof timeline>>>;

function within(message: MessageState, { oldest, latest, inclusive = false }: Timeline): boolean {
  const after = oldest === undefined || (inclusive ? message.ts >= oldest : message.ts > oldest);
  const before = latest === undefined || (inclusive ? message.ts <= latest : message.ts < latest);
  return after && before;
}

function shownMessages(
  state: PlatformState,
  channel: ChannelState,
  messages: readonly MessageState[],
  given: Timeline,
): Json {
  const { page, response_metadata, more } = paged(messages, given, 100, 999);
  return {
    messages: page.map((message) =>
      formatMessage(state, channel, message, given.include_all_metadata === true),
    ),
    has_more: more,
    ...(more && { response_metadata }),
  };
}

function formatChannel(state: PlatformState, caller: Caller, channel: ChannelState): Json {
  const created = Math.floor(channel.created / 1000);
  const common = {
    id: channel.id,
    created,
    is_archived: channel.archived,
    is_im: channel.kind === "im",
    is_mpim: false,
    context_team_id: channel.teamId,
    is_org_shared: false,
  };
  if (channel.kind === "im")
    return {
      ...common,
      user: [...channel.members].find((member) => member !== caller.botUserId),
      is_user_deleted: false,
      is_open: true,
    };
  const install = installOf(caller.workspace);
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: channel.kind === "private",
    is_private: channel.kind === "private",
    is_general: channel.name === "general",
    is_shared: channel.shared,
    is_ext_shared: channel.shared,
    is_pending_ext_shared: false,
    shared_team_ids: [channel.teamId],
    creator: install?.installer ?? "",
    is_member: channel.members.has(caller.botUserId),
    topic: { value: "", creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
    updated: state.now(),
  };
}
