import type { ApproverReach } from "../../../core/approvals/approver-reach.ts";
import type { ConversationReference } from "../../../core/delivery/conversation-reference.ts";
import type { DirectPlace } from "../../../core/handoff/experts.ts";
import { type ChannelPerson, hasAddress } from "../../../core/identity/channel-identity.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { TeamsMember } from "../client/teams-client.ts";
import type { TeamsDesk } from "./desk.ts";
import { personOf, profileOf } from "./member-profile.ts";
import { directPlace, opensChat, unlessRefused } from "./reach-experts.ts";
import type { RosterPlace } from "./roster-directory.ts";

type ReachPorts = Pick<TeamsDesk, "client" | "database" | "rosters">;

/** Whoever is looked for by e-mail is looked for in so many teams and chats of a Microsoft tenant. */
const rostersRead = 50;

/**
 * How approvers are reached in Teams: in any Microsoft tenant of the company, by the chat that they have with the bot, or one
 * that Teams lets it begin. By e-mail address they are found among the members of the teams and chats that the bot is in,
 * since Teams tells a bot of nobody else.
 */
export function reachApprovers({ client, database, rosters }: ReachPorts): ApproverReach {
  async function connected(tenant: TenantId): Promise<readonly string[]> {
    const installed = await database.withTenant(tenant, (stores) => stores.installations.list());
    return installed
      .filter(({ channel, state }) => channel === "teams" && state === "active")
      .map(({ workspaceId }) => workspaceId);
  }

  const referencesOf = (tenant: TenantId, msTenantId: string): Promise<readonly ConversationReference[]> =>
    database.withTenant(tenant, ({ references }) => references.list("teams", msTenantId));

  async function placeOf(tenant: TenantId, person: ChannelPerson): Promise<DirectPlace | null> {
    const { workspaceId: msTenantId, externalId } = person;
    const known = await database.withTenant(tenant, ({ references }) =>
      references.find({ channel: "teams", workspaceId: msTenantId, kind: "person", externalId }),
    );
    const own = known?.address["serviceUrl"];
    if (own !== undefined) return directPlace({ msTenantId, serviceUrl: own }, person);
    // Teams serves a Microsoft tenant from one region: what is told of any place there holds for all.
    const serviceUrl = (await referencesOf(tenant, msTenantId)).flatMap(
      ({ address }) => address["serviceUrl"] ?? [],
    )[0];
    if (serviceUrl === undefined) return null;
    const opened = await opensChat(client.bot(msTenantId), { serviceUrl }, externalId);
    return opened ? directPlace({ msTenantId, serviceUrl }, person) : null;
  }

  async function memberWith(
    tenant: TenantId,
    msTenantId: string,
    email: string,
  ): Promise<(TeamsMember & { readonly aadObjectId: string }) | null> {
    const places = (await referencesOf(tenant, msTenantId)).flatMap((one) => rosterOf(one) ?? []);
    for (const place of places.slice(0, rostersRead)) {
      const roster = await unlessRefused(() => rosters.roster(tenant, client.bot(msTenantId), place));
      for (const member of roster?.kind === "people" ? roster.members : []) {
        const { aadObjectId } = member;
        if (aadObjectId !== null && hasAddress(profileOf(msTenantId, member), email))
          return { ...member, aadObjectId };
      }
    }
    return null;
  }

  return {
    async reach(tenant, identities) {
      const served = new Set(await connected(tenant));
      for (const person of identities) {
        const place = served.has(person.workspaceId) ? await placeOf(tenant, person) : null;
        if (place) return place;
      }
      return null;
    },
    async lookUp(tenant, email) {
      for (const msTenantId of await connected(tenant)) {
        const member = await memberWith(tenant, msTenantId, email);
        if (!member) continue;
        const person = personOf(member.aadObjectId, msTenantId);
        const place = await placeOf(tenant, person);
        if (place) return { person, profile: profileOf(msTenantId, member), place };
      }
      return null;
    },
  };
}

/** Whose members are read: a team's, or a chat's of several; null for what has none of its own. */
function rosterOf({ kind, workspaceId, externalId, address }: ConversationReference): RosterPlace | null {
  const { serviceUrl, conversationId } = address;
  if (serviceUrl === undefined || conversationId === undefined) return null;
  const place = { msTenantId: workspaceId, serviceUrl, conversationId };
  switch (kind) {
    case "team":
      return { ...place, conversationType: "channel", teamId: externalId };
    case "chat":
      return { ...place, conversationType: "groupChat", teamId: null };
    default:
      return null;
  }
}
