import type { ChatReceiver, ChatRequestKind } from "../../core/inbox/chat-receiver.ts";
import type { Logger } from "../../core/logger.ts";
import { postHandler, type RawHandler } from "./receive-post.ts";

export interface ChatAddresses {
  /** As people call it, in messages. */
  readonly platform: "Slack" | "Teams";
  /** By path. */
  readonly addresses: ReadonlyMap<string, ChatRequestKind>;
  readonly mediaTypes: RegExp;
  /** The same in words, as what the body should have been. */
  readonly expects: string;
}

export interface ChatHandlerPorts {
  /** Null where the platform does not reach this process over HTTP: then there is nothing at its addresses. */
  readonly receiver: ChatReceiver | null;
  readonly logger: Logger;
}

/** Hands the very bytes that a chat platform posts to its receiver; see `postHandler`. */
export const chatHandler = (
  { platform, addresses, mediaTypes, expects }: ChatAddresses,
  { receiver, logger }: ChatHandlerPorts,
): RawHandler =>
  postHandler(
    { sender: platform, find: (path) => addresses.get(path) ?? null, mediaTypes, expects },
    { receive: receiver && ((kind, request) => receiver.receive({ kind, ...request })), logger },
  );
