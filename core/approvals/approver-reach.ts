import type { FoundPerson, DirectPlace } from "../handoff/experts.ts";
import type { ChannelPerson } from "../identity/channel-identity.ts";
import type { TenantId } from "../ids.ts";

/** How a tenant's people are reached directly on one channel, wherever their question was asked. Each throws what the channel does. */
export interface ApproverReach {
  /** The direct messages with somebody who is known under these identities; null where the bot can write to none of them. */
  reach(tenant: TenantId, identities: readonly ChannelPerson[]): Promise<DirectPlace | null>;
  /** Who has this e-mail address in a workspace of the tenant; null where nobody has. */
  lookUp(tenant: TenantId, email: string): Promise<FoundPerson | null>;
}

/**
 * Who is on call in a schedule: e-mail addresses. Throws `channel_unavailable` where that cannot be asked now,
 * `channel_refused` where the key or the schedule is wrong, and `configuration_invalid` where the pager is not the tenant's.
 */
export interface OnCall {
  onCall(tenant: TenantId, schedule: string): Promise<readonly string[]>;
}
