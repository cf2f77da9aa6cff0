import type { AuditEvent } from "../audit/audit-event.ts";
import type { Address } from "./address.ts";
import type { ChannelName } from "./channel-name.ts";

/** Whom or what the bot may write to without being asked. */
export interface ReferenceKey {
  readonly channel: ChannelName;
  /** The workspace, or Microsoft tenant, that the conversation belongs to. */
  readonly workspaceId: string;
  /** A person's chat with the bot, a chat of several people, a team, or a channel of one. */
  readonly kind: "person" | "chat" | "team" | "channel";
  /** The platform's id of it. */
  readonly externalId: string;
}

export interface ConversationReference extends ReferenceKey {
  /** The team of a channel; null for anything else. */
  readonly teamId: string | null;
  /** As people call it; null where the platform did not tell. */
  readonly name: string | null;
  /** How the channel reaches it. */
  readonly address: Address;
}

/** Where the bot was added. Platforms tell late, twice and in any order: what is newer holds. */
export interface ConversationReferenceStore {
  find(key: ReferenceKey): Promise<ConversationReference | null>;
  /** Of a workspace, by kind and name. */
  list(channel: ChannelName, workspaceId: string): Promise<readonly ConversationReference[]>;
  /**
   * Keeps a reference as it was told at a time, or leaves the newer one that is known; the name that was known stays
   * where none is told now. The audit events are recorded where it was not known.
   * @param welcome whether people there are still to be welcomed, should it be new.
   */
  keep(
    reference: ConversationReference,
    told: { readonly at: Date; readonly welcome: boolean; readonly audit: readonly AuditEvent[] },
  ): Promise<void>;
  /** Forgets it, and a team's channels with it, unless it was told of anew since. False where nothing was known. */
  forget(
    key: ReferenceKey,
    told: { readonly at: Date; readonly audit: readonly AuditEvent[] },
  ): Promise<boolean>;
  /**
   * Lets one process welcome the people there, within `leaseMs`. `held`: another one is at it; `done`: they were
   * welcomed, or need not be.
   */
  claimWelcome(key: ReferenceKey, leaseMs: number): Promise<"claimed" | "held" | "done">;
  welcomed(key: ReferenceKey): Promise<void>;
}
