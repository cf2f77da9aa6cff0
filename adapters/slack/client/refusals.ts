/** What a refusal of Slack means, in plain words. */
export interface Refusal {
  /** A sentence with a full stop. */
  readonly what: string;
  readonly remedy?: string;
}

const addAgain = "Let an admin add The Expert to the workspace again: `npm run expert -- slack link`.";
const invite = "Invite the bot there: /invite @The Expert.";
const tellUs = "Report it with the method and the code.";

const gone: Refusal = { what: "The bot was removed from the Slack workspace.", remedy: addAgain };
const noChannel: Refusal = {
  what: "The Slack channel is not there, or the bot may not see it.",
  remedy: invite,
};
const restricted: Refusal = {
  what: "The Slack workspace does not let the bot write in this channel.",
  remedy: "Let an admin of the workspace change who may post there, or ask somewhere else.",
};
const tooLong: Refusal = { what: "Slack finds the message too long.", remedy: tellUs };
const malformed: Refusal = { what: "Slack does not take the message as it was written.", remedy: tellUs };
const notThere: Refusal = { what: "The Slack message is no longer there." };
const noPerson: Refusal = {
  what: "The person is not in the Slack workspace, or their account is switched off.",
};
const late: Refusal = {
  what: "Slack takes an answer to a click for three seconds only, and they were over.",
  remedy: "Click again.",
};

/** By Slack's error code: what it will go on refusing. https://docs.slack.dev/reference/methods lists each method's. */
export const refusals: Readonly<Record<string, Refusal>> = {
  token_revoked: gone,
  account_inactive: gone,
  invalid_auth: { what: "Slack does not accept the bot's token.", remedy: addAgain },
  not_authed: { what: "Slack got no token of the bot.", remedy: addAgain },
  invalid_refresh_token: { what: "Slack no longer renews the bot's token.", remedy: addAgain },
  access_denied: gone,
  app_not_installed: gone,
  team_access_not_granted: {
    what: "The organisation's installation does not cover this workspace.",
    remedy: "Let an admin of the Slack organisation give The Expert access to the workspace.",
  },
  org_login_required: {
    what: "The Slack workspace is being moved into an organisation.",
    remedy: "Add The Expert again when that is done: `npm run expert -- slack link`.",
  },
  ekm_access_denied: {
    what: "The Slack workspace's key management keeps the bot out.",
    remedy: "Let the workspace's security admins give The Expert access.",
  },
  missing_scope: {
    what: "The bot lacks a permission in the Slack workspace.",
    remedy:
      "Bring the app up to date with `npm run expert -- slack manifest`, and add it to the workspace again.",
  },
  no_permission: {
    what: "The bot lacks a permission in the Slack workspace.",
    remedy:
      "Bring the app up to date with `npm run expert -- slack manifest`, and add it to the workspace again.",
  },
  not_allowed_token_type: {
    what: "Slack wants another kind of token for this.",
    remedy: "Set SLACK_BOT_TOKEN to the bot's token, which begins with xoxb-.",
  },
  not_in_channel: { what: "The bot is not in the Slack channel.", remedy: invite },
  channel_not_found: noChannel,
  is_archived: { what: "The Slack channel is archived.", remedy: "Ask in another channel." },
  restricted_action: restricted,
  restricted_action_read_only_channel: restricted,
  restricted_action_thread_only_channel: restricted,
  restricted_action_non_threadable_channel: restricted,
  restricted_action_thread_locked: {
    what: "The Slack thread is locked.",
    remedy: "Ask in another thread.",
  },
  posting_to_channel_denied: restricted,
  cannot_reply_to_message: {
    what: "Slack lets nobody answer in a thread to this message.",
    remedy: "Ask in a message of your own.",
  },
  slack_connect_file_link_sharing_blocked: restricted,
  messages_tab_disabled: {
    what: "The app's messages tab is switched off.",
    remedy: "Switch it on under App Home on the app's page, or bring the app up to date with its manifest.",
  },
  thread_not_found: notThere,
  message_not_found: notThere,
  cant_update_message: notThere,
  cant_delete_message: notThere,
  edit_window_closed: notThere,
  user_not_found: noPerson,
  users_not_found: noPerson,
  user_not_visible: noPerson,
  user_disabled: noPerson,
  user_not_in_channel: { what: "The person is not in the Slack channel." },
  cannot_dm_bot: { what: "A bot cannot be written to." },
  msg_too_long: tooLong,
  msg_blocks_too_long: tooLong,
  metadata_too_large: tooLong,
  no_text: malformed,
  invalid_blocks: malformed,
  invalid_blocks_format: malformed,
  invalid_arguments: malformed,
  invalid_arg_name: malformed,
  invalid_metadata_format: malformed,
  invalid_metadata_schema: malformed,
  markdown_text_conflict: malformed,
  expired_trigger_id: late,
  trigger_expired: late,
  trigger_exchanged: late,
  exchanged_trigger_id: late,
  invalid_trigger_id: late,
  view_too_large: { what: "Slack finds the page too long.", remedy: tellUs },
  not_enabled: {
    what: "The app's home tab is switched off.",
    remedy: "Switch it on under App Home on the app's page, or bring the app up to date with its manifest.",
  },
  unknown_method: {
    what: "This Slack does not have the method.",
    remedy: "Set SLACK_API_URL to https://slack.com/api/.",
  },
  feature_not_enabled: {
    what: "Agents are switched off for the app.",
    remedy: "Bring the app up to date with `npm run expert -- slack manifest`.",
  },
  message_not_in_streaming_state: { what: "The Slack message is no longer being written." },
  message_not_owned_by_app: { what: "The Slack message is not the bot's." },
  streaming_mode_mismatch: malformed,
  streaming_not_allowed: { what: "Slack does not let the bot write the answer bit by bit there." },
};
