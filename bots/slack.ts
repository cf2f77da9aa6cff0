import type { ChatReceiver } from "../core/inbox/chat-receiver.ts";
import type { Logger } from "../core/logger.ts";
import { chatHandler } from "./http/receive-chat.ts";
import type { RawHandler } from "./http/receive-post.ts";

export interface SlackBotPorts {
  /** Null where Slack does not reach this process over HTTP: then there is nothing at its addresses. */
  readonly slack: ChatReceiver | null;
  readonly logger: Logger;
}

/** Slack's three addresses, `POST /slack/{events,interactions,commands}`; see `chatHandler`. */
export const slackHandler = ({ slack, logger }: SlackBotPorts): RawHandler =>
  chatHandler(
    {
      platform: "Slack",
      addresses: new Map([
        ["/slack/events", "events"],
        ["/slack/interactions", "interactions"],
        ["/slack/commands", "commands"],
      ]),
      mediaTypes: /^application\/(?:json|x-www-form-urlencoded)\s*(?:;|$)/i,
      expects: "neither JSON nor a form",
    },
    { receiver: slack, logger },
  );
