import type { ChannelPerson, ChannelProfile } from "../../../core/identity/channel-identity.ts";
import type { TeamsMember } from "../client/teams-client.ts";
import type { TeamsOrigin } from "../teams-event.ts";

/** What an Entra guest's user name holds, whatever else they are called: `sam_other.com#EXT#@home.onmicrosoft.com`. */
const guestMark = "#ext#";
const strangeRoles = new Set(["guest", "anonymous", "external"]);

/** One of the Microsoft tenant's own people: with an account of its own there, and no guest. */
export function isOwnMember(msTenantId: string, member: TeamsMember): boolean {
  const { aadObjectId, role, userPrincipalName } = member;
  return (
    aadObjectId !== null &&
    (member.msTenantId ?? msTenantId) === msTenantId &&
    !strangeRoles.has(role?.toLowerCase() ?? "") &&
    userPrincipalName?.toLowerCase().includes(guestMark) !== true
  );
}

/**
 * The tenant's own administrators give its people their user names, on domains that Microsoft has verified, and their
 * addresses. What another tenant says of its people proves nothing here.
 */
export function profileOf(msTenantId: string, member: TeamsMember): ChannelProfile {
  const ownMember = isOwnMember(msTenantId, member);
  const [first = null, ...others] = ownMember
    ? [...new Set([member.userPrincipalName, member.email])].filter((email) => email !== null)
    : [];
  return { name: member.name, verifiedEmail: first, otherVerifiedEmails: others, ownMember };
}

/** By Entra's object id, never by Teams' own, which differs from bot to bot. */
export const personOf = (userAadId: string, userMsTenantId: string): ChannelPerson => ({
  channel: "teams",
  workspaceId: userMsTenantId,
  externalId: userAadId.toLowerCase(),
});

/** Somebody of another company, or whom no roster holds. */
export const strangerProfile = ({ userName }: Pick<TeamsOrigin, "userName">): ChannelProfile => ({
  name: userName === "" ? "Guest" : userName,
  verifiedEmail: null,
  ownMember: false,
});
