import { z } from "zod";
import { type Caller, method, type Method, writableChannel } from "./method.ts";
import type { ChannelState, PlatformState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import { closed, json, string, text, timestamp } from "./request-arguments.ts";

/** docs.slack.dev/reference/methods/assistant.threads.setStatus: "a two minute timeout applies". */
export const STATUS_LIFE_MS = 120_000;

const prompt = z.strictObject({ title: z.string().min(1), message: z.string().min(1) });
const assistantArguments = {
  setStatus: closed({
    channel_id: text(),
    thread_ts: timestamp(),
    status: string(),
    loading_messages: json(z.array(z.string()).max(10)).optional(),
    icon_emoji: text().optional(),
    icon_url: text().optional(),
    username: text().optional(),
  }),
  setTitle: closed({ channel_id: text(), thread_ts: timestamp(), title: text() }),
  setSuggestedPrompts: closed({
    channel_id: text(),
    thread_ts: timestamp().optional(),
    title: text().optional(),
    prompts: json(z.array(prompt).min(1).max(4)),
  }),
};

/** The agent methods, which the emulate package lacks. */
export const assistantMethods: Record<string, Method> = {
  "assistant.threads.setStatus": method({
    arguments: assistantArguments.setStatus,
    scopes: ["chat:write", "assistant:write"],
    tier: "special",
    run: (given, caller, { state }) => {
      const channel = thread(state, caller, given.channel_id, given.thread_ts);
      const statuses = channel.statuses.get(given.thread_ts) ?? [];
      channel.statuses.set(given.thread_ts, [...statuses, { status: given.status, at: state.now() }]);
      return {};
    },
  }),

  "assistant.threads.setTitle": method({
    arguments: assistantArguments.setTitle,
    scopes: ["assistant:write"],
    tier: "special",
    run: (given, caller, { state }) => {
      const channel = directMessages(thread(state, caller, given.channel_id, given.thread_ts));
      channel.titles.set(given.thread_ts, given.title);
      return {};
    },
  }),

  "assistant.threads.setSuggestedPrompts": method({
    arguments: assistantArguments.setSuggestedPrompts,
    scopes: ["assistant:write"],
    tier: "special",
    run: (given, caller, { state }) => {
      const channel = directMessages(thread(state, caller, given.channel_id, given.thread_ts));
      channel.prompts.set(given.thread_ts ?? "", given.prompts);
      return {};
    },
  }),
};

function thread(
  state: PlatformState,
  caller: Caller,
  id: string,
  threadTs: string | undefined,
): ChannelState {
  const channel = writableChannel(state, caller, id);
  if (threadTs !== undefined && !channel.messages.has(threadTs))
    throw new SlackRefusal("invalid_thread_ts", `${id} has no message ${threadTs}.`);
  return channel;
}

/** Titles and prompts belong to the agent's own pane. */
function directMessages(channel: ChannelState): ChannelState {
  if (channel.kind !== "im")
    throw new SlackRefusal("channel_type_not_supported", `${channel.id} is no pane.`);
  return channel;
}
