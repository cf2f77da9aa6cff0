import { checkContent } from "./chat-methods.ts";
import { responseUrlBody } from "./chat-arguments.ts";
import { addMessage, removeMessage, withIds } from "./message-records.ts";
import type { ChannelState, InstallState, Json, MessageState, PlatformState } from "./platform-state.ts";
import { newSecret } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import { checkArguments } from "./request-arguments.ts";

/** docs.slack.dev/interactivity/handling-user-interaction: five responses within thirty minutes. */
export const RESPONSE_USES = 5;
export const RESPONSE_LIFE_MS = 1_800_000;

export interface ResponseTarget {
  readonly channel: ChannelState;
  readonly install: InstallState;
  readonly person: string;
  /** The message that was clicked. */
  readonly message: MessageState | undefined;
}

export interface ResponseUrls {
  /** A new address of `kind` "commands" or "actions" for one interaction. */
  issue(kind: "commands" | "actions", target: ResponseTarget): string;
  /** What an acknowledgement itself says is shown the same way. */
  show(target: ResponseTarget, given: Json): void;
  /** Posts to one. @throws SlackRefusal `used_url`, `expired_url`, `invalid_url` or what is wrong with the content. */
  post(path: string, given: Json): { team: string };
}

export function responseUrls(state: PlatformState): ResponseUrls {
  const urls = new Map<string, ResponseTarget & { uses: number; at: number }>();
  return {
    show: (target, given) => show(state, target, given),
    issue: (kind, target) => {
      const path = `/${kind}/${target.channel.teamId}/${newSecret(6)}/${newSecret(12)}`;
      urls.set(path, { ...target, uses: 0, at: state.now() });
      return state.url + path;
    },
    post: (path, given) => {
      const known = urls.get(path);
      if (!known) throw new SlackRefusal("invalid_url", path);
      if (state.now() - known.at > RESPONSE_LIFE_MS) throw new SlackRefusal("expired_url", path);
      if (known.uses >= RESPONSE_USES) throw new SlackRefusal("used_url", path);
      show(state, known, given);
      known.uses += 1;
      return { team: known.channel.teamId };
    },
  };
}

function show(state: PlatformState, target: ResponseTarget, given: Json): void {
  const asked = checkArguments(responseUrlBody, given);
  if (asked.delete_original === true) {
    if (target.message) removeMessage(target.channel, target.message);
    return;
  }
  const content = checkContent(asked);
  if (asked.replace_original === true && target.message) {
    target.message.text = content.text;
    target.message.blocks = withIds(content.blocks);
    target.message.attachments = content.attachments;
    target.message.edits += 1;
    return;
  }
  addMessage(state, target.channel, {
    ...content,
    user: target.install.botUserId,
    botId: target.install.botId,
    threadTs: asked.thread_ts,
    ephemeralTo: asked.response_type === "in_channel" ? undefined : target.person,
  });
}
