import type { ChannelName } from "../delivery/channel-name.ts";
import type { TenantId, UserId } from "../ids.ts";

/** A person as a chat platform names them. */
export interface ChannelPerson {
  readonly channel: ChannelName;
  /** The workspace or Microsoft tenant that the person belongs to. */
  readonly workspaceId: string;
  readonly externalId: string;
}

/** A guest's address, which is theirs alone and never receives mail: RFC 2606 reserves `.invalid`. */
export const guestEmail = ({ workspaceId, externalId }: ChannelPerson): string =>
  `${externalId}@${workspaceId}.guest.invalid`.toLowerCase();

/** What the platform says of a person. */
export interface ChannelProfile {
  readonly name: string;
  /** Null unless the platform itself has confirmed that the address is theirs. */
  readonly verifiedEmail: string | null;
  /** Others of theirs that it has confirmed as well, such as what they sign in with; looked for behind that one. */
  readonly otherVerifiedEmails?: readonly string[];
  /** One of the workspace's own people, and neither its guest nor somebody of a connected workspace. */
  readonly ownMember: boolean;
}

/** Whether the platform has confirmed the address as one of its own people's; letter case aside. */
export const hasAddress = (
  { ownMember, verifiedEmail, otherVerifiedEmails = [] }: ChannelProfile,
  email: string,
): boolean =>
  ownMember &&
  [verifiedEmail, ...otherVerifiedEmails].some((one) => one?.toLowerCase() === email.toLowerCase());

export interface KnownIdentity {
  readonly userId: UserId;
  /** `directory`: the tenant does not know them, and a group of theirs made them a member. */
  readonly matchedBy: "email" | "guest" | "directory";
  readonly checkedAt: Date;
}

/** Whom platforms' users are here. */
export interface IdentityStore {
  find(person: ChannelPerson): Promise<KnownIdentity | null>;
  /** An active person of the tenant by e-mail address, letter case aside; null where there is none. */
  userByEmail(email: string): Promise<UserId | null>;
  /** Keeps whom a person is. A guest, also whom a group made a member, who turns out to be a person of the tenant becomes that person, once. */
  link(person: ChannelPerson, user: UserId): Promise<void>;
  /** Makes a guest of the tenant for this person, or gives the one that stands, and notes that it was checked. */
  guest(person: ChannelPerson, name: string): Promise<UserId>;
  /** Whom a person of the tenant is known as on a channel, in each of its workspaces, newest first. */
  addressesOf(user: UserId, channel: ChannelName): Promise<readonly ChannelPerson[]>;
}

/** Keeps who is who, by platform. */
export interface ChannelPeople {
  /** Who this is: a person of the tenant or a guest. The profile is asked for only where the person is new. */
  recognise(tenant: TenantId, person: ChannelPerson, profile: () => Promise<ChannelProfile>): Promise<UserId>;
  /** Who this would be, keeping nothing: for people who only read along. Null for whom the tenant does not know. */
  match(tenant: TenantId, person: ChannelPerson, profile: ChannelProfile): Promise<UserId | null>;
}
