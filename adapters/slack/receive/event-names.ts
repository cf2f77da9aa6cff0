/** The bot events that the code handles, as a manifest names them; manifests/slack.yaml subscribes to just these. */
export const subscribedEvents = [
  "app_mention",
  "message.channels",
  "message.groups",
  "message.im",
  "message.mpim",
  "app_home_opened",
  "member_joined_channel",
  "member_left_channel",
  "channel_shared",
  "channel_unshared",
  "channel_archive",
  "channel_unarchive",
  "channel_rename",
  "channel_deleted",
  "group_archive",
  "group_unarchive",
  "group_rename",
  "group_deleted",
  "user_change",
  "team_join",
  "tokens_revoked",
  "app_uninstalled",
] as const;

/** What apps of before `agent_view` are told when the bot's pane is opened; new apps cannot subscribe to it. */
export const legacyEvents = ["assistant_thread_started"] as const;

/** Their types as events carry them. */
export const eventTypes: ReadonlySet<string> = new Set(
  [...subscribedEvents, ...legacyEvents].map((name) => (name.startsWith("message.") ? "message" : name)),
);
