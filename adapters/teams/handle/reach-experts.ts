import { isExpertError } from "../../../core/errors.ts";
import type { DirectPlace, ExpertReach } from "../../../core/handoff/experts.ts";
import { type ChannelPerson, hasAddress } from "../../../core/identity/channel-identity.ts";
import type { TeamsBot } from "../client/teams-client.ts";
import type { TeamsOrigin } from "../teams-event.ts";
import { type TeamsAddress, threadKey } from "../thread-key.ts";
import type { Errand, TeamsDesk } from "./desk.ts";
import { personOf, profileOf } from "./member-profile.ts";

/** The chat of the bot with a person, in a Microsoft tenant that serves it at this address. */
export function directPlace(
  { msTenantId, serviceUrl }: Pick<TeamsOrigin, "msTenantId" | "serviceUrl">,
  { workspaceId, externalId }: Pick<ChannelPerson, "workspaceId" | "externalId">,
): DirectPlace {
  const address: TeamsAddress = { user: externalId, team: workspaceId, serviceUrl };
  return {
    threadKey: threadKey({ kind: "direct", msTenantId, userAadId: externalId, nonce: null }),
    address,
  };
}

/**
 * How experts are reached: in the Microsoft tenant where the question was asked, where Teams is asked for a chat with
 * those who have none yet; in another one only where they have a chat with the bot already. By e-mail address they are found among
 * those who read the conversation, since Teams tells a bot of nobody else.
 */
export function reachExperts(
  { database, rosters }: Pick<TeamsDesk, "database" | "rosters">,
  { event: { tenantId }, bot }: Errand,
  origin: TeamsOrigin,
): ExpertReach {
  const isHome = ({ workspaceId }: ChannelPerson): boolean => workspaceId === origin.msTenantId;

  /** Where the bot serves them; null where it has no chat with them, and may begin none. */
  async function placeOf(person: ChannelPerson): Promise<DirectPlace | null> {
    const { workspaceId, externalId } = person;
    const known = await database.withTenant(tenantId, ({ references }) =>
      references.find({ channel: "teams", workspaceId, kind: "person", externalId }),
    );
    const serviceUrl = known?.address["serviceUrl"];
    if (serviceUrl !== undefined) return directPlace({ msTenantId: workspaceId, serviceUrl }, person);
    return isHome(person) && (await opensChat(bot, origin, externalId)) ? directPlace(origin, person) : null;
  }

  return {
    async reach(identities) {
      const inOrder = [...identities.filter(isHome), ...identities.filter((identity) => !isHome(identity))];
      for (const person of inOrder) {
        const place = await placeOf(person);
        if (place) return place;
      }
      return null;
    },
    async lookUp(email) {
      const roster = await unlessRefused(() => rosters.roster(tenantId, bot, origin));
      if (roster?.kind !== "people") return null;
      for (const member of roster.members) {
        const profile = profileOf(origin.msTenantId, member);
        if (member.aadObjectId === null || !hasAddress(profile, email)) continue;
        const person = personOf(member.aadObjectId, origin.msTenantId);
        const place = await placeOf(person);
        return place && { person, profile, place };
      }
      return null;
    },
  };
}

/** Whether Teams lets the bot write to a person (by Entra object id) who may have no chat with it yet. */
export const opensChat = async (
  bot: TeamsBot,
  { serviceUrl }: Pick<TeamsOrigin, "serviceUrl">,
  userId: string,
): Promise<boolean> =>
  (await unlessRefused(() => bot.createConversation({ serviceUrl, kind: "personal", userId }))) !== null;

/** Null where Teams says no. */
export async function unlessRefused<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return null;
    throw error;
  }
}
