import type { AppsManifestValidateArguments } from "@slack/web-api";
import { subscribedEvents } from "./receive/event-names.ts";

type Scopes = NonNullable<AppsManifestValidateArguments["manifest"]["oauth_config"]>["scopes"];

/** A permission of the bot, and what it is for. */
interface BotScope {
  /** The library's list of scopes is older than the last of these. */
  readonly scope: NonNullable<NonNullable<Scopes>["bot"]>[number] | "assistant:write";
  readonly reason: string;
}

/**
 * What the bot asks a workspace for: no more than its calls and events need. It does not ask for `chat:write.public`: in
 * a channel it speaks where people have invited it, and elsewhere to the person who asks alone. Nor for
 * `metadata.message:read`, which is for events about metadata
 * (https://docs.slack.dev/reference/scopes/metadata.message.read): reading messages with theirs needs the scopes of the
 * history alone (https://docs.slack.dev/reference/methods/conversations.history).
 */
export const botScopes: readonly BotScope[] = [
  { scope: "app_mentions:read", reason: "hear its name in channels" },
  { scope: "assistant:write", reason: "show what it is doing, and examples in the agent pane" },
  { scope: "channels:history", reason: "hear follow-ups in threads of public channels" },
  { scope: "channels:read", reason: "know who reads a public channel, before it answers there" },
  { scope: "chat:write", reason: "answer" },
  { scope: "commands", reason: "offer /expert and the message shortcuts" },
  { scope: "files:read", reason: "read files that come with a question" },
  { scope: "groups:history", reason: "hear follow-ups in threads of private channels that it is in" },
  { scope: "groups:read", reason: "know who reads a private channel, before it answers there" },
  { scope: "im:history", reason: "hear direct messages to it" },
  { scope: "im:read", reason: "tell a direct message from a channel" },
  { scope: "im:write", reason: "write to the experts who are asked for" },
  { scope: "mpim:history", reason: "hear follow-ups in group messages that it is in" },
  { scope: "mpim:read", reason: "know who reads a group message, before it answers there" },
  { scope: "users:read", reason: "know guests and people of other companies" },
  {
    scope: "users:read.email",
    reason: "match people to the company's accounts by confirmed address, and find its experts",
  },
];

/** Events that the bot subscribes to, as a manifest names them. */
export const botEvents = subscribedEvents;

/** How the app shows itself. */
export const appTexts = {
  name: "The Expert",
  description:
    "Answers from your company's own documents, with the sources, and gets a human where they do not.",
  long_description:
    "Ask The Expert in a channel, a direct message or the agent pane. It answers from the documents that your company has given it, names the passage behind every statement, says how sure it is, and asks a human where the documents do not tell. In a channel it uses only what everyone there may read.",
  background_color: "#1f3a5f",
} as const;

/** The agent pane. Its examples are replaced by the departments' own as soon as a person opens it. */
export const agentView = {
  agent_description: "Answers questions from your company's documents, with sources you can open.",
  suggested_prompts: [
    { title: "Reset a password", message: "How do I reset my password?" },
    { title: "Plan some leave", message: "How much annual leave do I have, and how do I ask for it?" },
    { title: "Claim expenses", message: "How do I claim travel expenses?" },
  ],
} as const;

export const slashCommand = {
  command: "/expert",
  description: "Ask your company's documents",
  usage_hint: "ask <question> | help | departments | status | stop | away | back",
} as const;

export const messageShortcut = {
  name: "Ask The Expert",
  type: "message",
  callback_id: "ask_about_message",
  description: "Answers what this message asks",
} as const;

export const ticketShortcut = {
  name: "Add to the ticket",
  type: "message",
  callback_id: "add_to_ticket",
  description: "Adds this message as a comment to what its thread was escalated to",
} as const;

/** Paths below the public address. */
export const slackPaths = {
  events: "/slack/events",
  interactions: "/slack/interactions",
  commands: "/slack/commands",
  install: "/slack/install",
  oauthRedirect: "/slack/oauth_redirect",
} as const;
