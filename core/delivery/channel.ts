import type { Reply } from "../conversation/reply.ts";
import type { ErrorCode } from "../errors.ts";
import type { TenantId, TurnId } from "../ids.ts";

export const channelNames = ["web", "slack", "teams"] as const;
export type ChannelName = (typeof channelNames)[number];

export interface ThreadRef {
  readonly tenantId: TenantId;
  readonly channel: ChannelName;
  /** The channel's own name of the thread. */
  readonly key: string;
}

/** What identifies a posted message to its channel. */
export type MessageRef = Readonly<Record<string, string>>;

/** What is delivered: a reply, or why there is none. */
export type OutgoingMessage =
  | { readonly kind: "reply"; readonly turnId: TurnId; readonly reply: Reply }
  | {
      readonly kind: "failure";
      readonly turnId: TurnId;
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: string | null;
    };

export interface ChannelLimits {
  /** Longest text of one message, in characters. */
  readonly textLength: number;
}

/** Where people talk with the expert. Posting is called at least once per message; `idempotencyKey` tells repeats. */
export interface Channel {
  readonly name: ChannelName;
  readonly limits: ChannelLimits;
  post(thread: ThreadRef, message: OutgoingMessage, idempotencyKey: string): Promise<MessageRef>;
}
