import type { ChatReceiver } from "../core/inbox/chat-receiver.ts";
import type { Logger } from "../core/logger.ts";
import { chatHandler } from "./http/receive-chat.ts";
import type { RawHandler } from "./http/receive-post.ts";

export interface TeamsBotPorts {
  /** Null or absent where no Teams app is configured: then there is nothing at its address. */
  readonly teams?: ChatReceiver | null;
  readonly logger: Logger;
}

/** Teams' one address, `POST /api/messages`; see `chatHandler`. */
export const teamsHandler = ({ teams = null, logger }: TeamsBotPorts): RawHandler =>
  chatHandler(
    {
      platform: "Teams",
      addresses: new Map([["/api/messages", "activities"]]),
      mediaTypes: /^application\/json\s*(?:;|$)/i,
      expects: "no JSON",
    },
    { receiver: teams, logger },
  );
