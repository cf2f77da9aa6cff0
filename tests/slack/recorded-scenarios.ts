/** What a payload asks of us, in part; null where it is nothing for us. */
export type Expected = Readonly<Record<string, unknown>> | null;

const at = (kind: string, teamId: string, more: object = {}): Expected => ({ kind, teamId, ...more });
const mention = (teamId: string, more: object = {}): Expected =>
  at("message", teamId, { addressed: true, channelType: null, ...more });
const followUp = (teamId: string, more: object = {}): Expected =>
  at("message", teamId, { addressed: false, ...more });
const direct = (teamId: string, text: string): Expected =>
  at("message", teamId, { addressed: true, channelType: "im", message: { text, threadTs: null } });
const click = (teamId: string, actionId: string, value: string, more: object = {}): Expected =>
  at("click", teamId, { actionId, value, container: "message", ...more });
const [a, b, real, acme, other, test] = [
  "T00FAKE00AA",
  "T00FAKE00BB",
  "T08REALTEAM1",
  "T0A8YAUUGMU",
  "T0B3ZCXXNRV",
  "T0ADGE2G4EM",
];

/** By folder, file and scenario of the recorded payloads. */
export const recordedScenarios: Readonly<Record<string, Expected>> = {
  "slack.json: mention": mention(a, { message: { text: "<@U00FAKEBOT01> Hey" } }),
  "slack.json: followUp": followUp(a, {
    message: { text: "Hi", threadTs: "1767224888.280449" },
    channelType: null,
  }),
  "actions-reactions/slack.json: mention": mention(a, { userId: "U00FAKEUSER1", channelId: "C00FAKECHAN1" }),
  "actions-reactions/slack.json: action": click(a, "info", "", {
    messageTs: "1767326126.896109",
    threadTs: "1767326125.870439",
  }),
  "actions-reactions/slack.json: reaction": null,
  "actions-reactions/slack.json: staticSelectAction": click(a, "quick_action", "greet"),
  "actions-reactions/slack.json: radioButtonsAction": click(a, "plan_selected", "all_text"),
  "channel-mention/slack.json: mention": mention(a, { channelType: "channel" }),
  "channel/slack.json: mention": mention(a),
  "channel/slack.json: channel_post_action": click(a, "channel-post", ""),
  "dm/slack-direct.json: directDM": direct(test, "hello hello"),
  "dm/slack-direct.json: followUp": direct(test, "cool!!"),
  "dm/slack.json: mention": mention(a),
  "dm/slack.json: dmRequest": followUp(a, { channelType: "channel", message: { text: "DM me" } }),
  "dm/slack.json: dmMessage": direct(a, "Hey!"),
  "member-joined-channel/slack.json: memberJoinedChannel": at("readers_changed", a, {
    organisationId: "E00FAKEENT01",
    channelId: "C00FAKECHAN1",
  }),
  "member-joined-channel/slack.json: mention": mention(a, { organisationId: "E00FAKEENT01" }),
  "modals/slack-private-metadata.json: mention": mention(acme, { organisationId: "E0A9D9SMZ0R" }),
  "modals/slack-private-metadata.json: action": click(acme, "report", "bug", {
    organisationId: "E0A9D9SMZ0R",
  }),
  "modals/slack-private-metadata.json: viewSubmission": at("form", acme, {
    callbackId: "report_form",
    organisationId: "E0A9D9SMZ0R",
  }),
  "modals/slack.json: mention": mention(b),
  "modals/slack.json: action": click(b, "feedback", ""),
  "modals/slack.json: viewSubmission": at("form", b, {
    callbackId: "feedback_form",
    values: { message: "Hello!", category: "feature", email: "user@example.com" },
  }),
  "modals/slack.json: ephemeralAction": click(b, "ephemeral_modal", "", { container: "ephemeral" }),
  "modals/slack.json: ephemeralViewSubmission": at("form", b, { values: { response: "Hello!" } }),
  "native-table/slack.json: mention": mention(a),
  "native-table/slack.json: action": click(a, "show-table", "", { responseUrl: null }),
  "slack-multi-workspace/team1.json: mention": mention(acme),
  "slack-multi-workspace/team2.json: mention": mention(other, { organisationId: "E0B4K2LMN5Q" }),
  "slash-commands/slack.json: slashCommand": at("command", b, { text: "", userId: "U00FAKEUSER2" }),
  "slash-commands/slack.json: slashCommandWithArgs": at("command", b, { text: "some arguments here" }),
  "slash-commands/slack.json: viewSubmission": at("form", b, { callbackId: "feedback_form" }),
  "streaming/slack.json: aiMention": mention(a, { channelType: "channel" }),
  "streaming/slack.json: followUp": followUp(a, { channelType: "channel" }),
  "streaming/slack.json: aiMentionWithFile": mention(b, {
    message: { files: [{ name: "image.png", mediaType: "image/png", sizeBytes: 214_244 }] },
  }),
  // Our own message.
  "streaming/slack.json: promptMessage": null,
  "streaming/slack.json: buttonAction": click(real, "option-select:option-a", "option-a"),
  "streaming/slack.json: threadFollowUp": followUp(real, { message: { text: "ping?" } }),
};

const readersChanged = (channelId = "C1"): Expected =>
  at("readers_changed", "T1", { organisationId: "E1", channelId });

const events: Readonly<Record<string, Expected>> = {
  AppHomeOpened: at("home_opened", "T1", { tab: "home", userId: "U1" }),
  AppMention: mention("T1", { organisationId: "E1", message: { text: "why?", threadTs: "10.1" } }),
  AppUninstalled: at("installation_ended", "T1", { how: "app_uninstalled" }),
  ChannelArchive: readersChanged(),
  ChannelDeleted: readersChanged(),
  ChannelRename: readersChanged("X1"),
  ChannelShared: readersChanged(),
  ChannelUnarchive: readersChanged(),
  ChannelUnshared: readersChanged(),
  GroupArchive: readersChanged(),
  GroupDeleted: readersChanged(),
  GroupRename: readersChanged("X1"),
  GroupUnarchive: readersChanged(),
  MemberJoinedChannel: readersChanged(),
  MemberLeftChannel: readersChanged(),
  MessageFileShare: followUp("T1", { message: { files: [{ id: "X1" }] } }),
  Message: followUp("T1"),
  MessageThreadBroadcast: followUp("T1", { message: { threadTs: "10.1" } }),
  TeamJoin: at("person_changed", "T1", { userId: "X1" }),
  TokensRevoked: at("installation_ended", "T1", { how: "tokens_revoked" }),
  UserChange: at("person_changed", "T1", { userId: "X1" }),
};

const nothing = [
  "AppRateLimited",
  "AppRequested",
  "CallRejected",
  "ChannelCreated",
  "ChannelHistoryChanged",
  "ChannelIdChanged",
  "ChannelLeft",
  "DndUpdated",
  "DndUpdatedUser",
  "EmailDomainChanged",
  "EmojiChanged",
  "FileChange",
  "FileCreated",
  "FileDeleted",
  "FilePublic",
  "FileShared",
  "FileUnshared",
  "Goodbye",
  "GridMigrationFinished",
  "GridMigrationStarted",
  "GroupClose",
  "GroupHistoryChanged",
  "GroupLeft",
  "GroupOpen",
  "ImClose",
  "ImCreated",
  "ImHistoryChanged",
  "ImOpen",
  "InviteRequested",
  "LinkShared",
  "MessageBot",
  "MessageChanged",
  "MessageChannelArchive",
  "MessageChannelJoin",
  "MessageChannelLeave",
  "MessageChannelName",
  "MessageChannelPostingPermissions",
  "MessageChannelPurpose",
  "MessageChannelTopic",
  "MessageChannelUnarchive",
  "MessageDeleted",
  "MessageEkmAccessDenied",
  "MessageGroupTopic",
  "MessageMe",
  "MessageReplied",
  "PinAdded",
  "PinRemoved",
  "ReactionAdded",
  "ReactionRemoved",
  "ResourcesAdded",
  "ResourcesRemoved",
  "ScopeDenied",
  "ScopeGranted",
  "StarAdded",
  "StarRemoved",
  "SubteamCreated",
  "SubteamMembersChanged",
  "SubteamSelfAdded",
  "SubteamSelfRemoved",
  "SubteamUpdated",
  "TeamAccessGranted",
  "TeamAccessRevoked",
  "TeamDomainChange",
  "TeamRename",
  "UserHuddleChanged",
  "UserProfileChanged",
  "UserResourceDenied",
  "UserResourceGranted",
  "UserResourceRemoved",
  "UserStatusChanged",
  "WorkflowDeleted",
  "WorkflowPublished",
  "WorkflowStepDeleted",
  "WorkflowStepExecute",
  "WorkflowUnpublished",
];

/** By folder and file of the payload templates, filled in. */
export const templateScenarios: Readonly<Record<string, Expected>> = {
  ...Object.fromEntries(nothing.map((name) => [`events/${name}Payload.json`, null])),
  ...Object.fromEntries(
    Object.entries(events).map(([name, expected]) => [`events/${name}Payload.json`, expected]),
  ),
  "app-backend/dialogs/DialogCancellationPayload.json": null,
  "app-backend/dialogs/DialogSubmissionPayload.json": null,
  "app-backend/dialogs/DialogSuggestionPayload.json": null,
  "app-backend/interactive-components/AttachmentActionPayload.json": null,
  "app-backend/views/ViewClosedPayload.json": null,
  "app-backend/interactive-components/BlockActionPayload.json": click("X1", "act", "", { userTeamId: "T1" }),
  "app-backend/interactive-components/MessageShortcutPayload.json": at("shortcut", "X1", {
    callbackId: "ask",
    message: { ts: "10.2", threadTs: "10.1", text: "why?" },
  }),
  "app-backend/slash-commands/SlashCommandPayload.json": at("command", "T1", {
    organisationId: "E1",
    text: "why?",
  }),
  "app-backend/views/ViewSubmissionPayload.json": at("form", "X1", { callbackId: "ask" }),
};
