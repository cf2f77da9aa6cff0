import { isExpertError } from "../../../core/errors.ts";
import type { ChannelProfile } from "../../../core/identity/channel-identity.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import { entraDirectory } from "../../../core/identity/groups/group-id.ts";
import { guestScope } from "../../../core/identity/policy.ts";
import type { TenantId } from "../../../core/ids.ts";
import { detectLanguage, type Language } from "../../../core/text/language.ts";
import type { TeamsBot, TeamsMember } from "../client/teams-client.ts";
import type { TeamsOrigin, TeamsPlaceOrigin } from "../teams-event.ts";
import type { TeamsDesk } from "./desk.ts";
import { refusal } from "./explain-error.ts";
import { personOf, profileOf, strangerProfile } from "./member-profile.ts";

/**
 * Who this is in the company, with what their groups give them now, for which Entra is waited for; throws `forbidden` where their account is switched off, or Teams does not say who they are,
 * and what the bot's calls throw.
 */
export async function identifyPerson(
  { channelPeople, people, groups }: TeamsDesk,
  tenant: TenantId,
  bot: TeamsBot,
  origin: TeamsOrigin,
): Promise<Identity> {
  const { userAadId, userMsTenantId } = origin;
  if (userAadId === null) throw refusal("forbidden", "anonymous");
  const person = personOf(userAadId, userMsTenantId);
  const user = await channelPeople.recognise(tenant, person, async () => {
    const profile = await profileIn(bot, origin);
    if (profile === null) throw refusal("forbidden", "notSeen");
    return profile;
  });
  const inEntra = { directory: entraDirectory(userMsTenantId), externalId: person.externalId };
  const recent =
    groups === null || userMsTenantId !== origin.msTenantId || (await groups.refresh(tenant, inEntra, user));
  const identity = await people.identify(tenant, user);
  if (!identity) throw refusal("forbidden", "switchedOff");
  // Their groups may give what is not known now: neither that they are unknown nor that they may ask nothing is said.
  if (!recent && identity.scope.departments.size === 0) throw refusal("forbidden", "notChecked");
  return identity;
}

/** What somebody may read, and who they are where the company knows them. */
export type Reader = Pick<Identity, "departments" | "scope"> & { readonly identity: Identity | null };

/** The same for who only reads: keeps nobody, and takes whom it does not know for a guest. */
export async function readerOf(
  { channelPeople, people, database, profiles }: TeamsDesk,
  tenant: TenantId,
  bot: TeamsBot,
  origin: TeamsOrigin,
): Promise<Reader> {
  const { userAadId, userMsTenantId } = origin;
  if (userAadId !== null) {
    const key = `${origin.msTenantId} ${userMsTenantId} ${userAadId}`;
    const told = profiles.get(key) ?? (await profileIn(bot, origin));
    if (told) profiles.set(key, told, { noUpdateTTL: true });
    const profile = told ?? strangerProfile(origin);
    const user = await channelPeople.match(tenant, personOf(userAadId, userMsTenantId), profile);
    const identity = user && (await people.identify(tenant, user));
    if (identity) return { ...identity, identity };
  }
  const departments = await database.withTenant(tenant, ({ members }) => members.departments());
  return { departments, scope: guestScope(departments), identity: null };
}

/** Null where neither the conversation nor the chat with the person tells of them. */
async function profileIn(bot: TeamsBot, origin: TeamsOrigin): Promise<ChannelProfile | null> {
  // Of another Microsoft tenant, nothing that its roster says would count.
  if (origin.userMsTenantId !== origin.msTenantId) return strangerProfile(origin);
  const member = await memberIn(bot, origin);
  return member && profileOf(origin.msTenantId, member);
}

async function memberIn(bot: TeamsBot, origin: TeamsOrigin): Promise<TeamsMember | null> {
  const { serviceUrl, conversationId, conversationType } = origin;
  const user = origin.userAadId ?? origin.userId;
  const here = await unlessRefused(() => bot.member({ serviceUrl, conversationId }, user));
  if (here || conversationType === "personal") return here;
  // A message extension is used where the bot is not.
  const chat = await unlessRefused(() =>
    bot.createConversation({ serviceUrl, kind: "personal", userId: user }),
  );
  if (!chat) return null;
  return await unlessRefused(() => bot.member({ serviceUrl, conversationId: chat.conversationId }, user));
}

async function unlessRefused<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isExpertError(error, "channel_refused")) return null;
    throw error;
  }
}

export const isGuest = ({ member }: Identity): boolean => member.roles.includes("guest");

/** Throws `forbidden` where there is no department that the person can ask, with what to do about it. */
export function assertMayAsk(identity: Identity): void {
  if (identity.scope.departments.size > 0) return;
  throw refusal("forbidden", isGuest(identity) ? "unknownPerson" : "nothingToAsk");
}

/** The language to speak with a person: that of their Teams, or of what they wrote where theirs is not spoken here. */
export function languageOf({ locale }: Pick<TeamsPlaceOrigin, "locale">, written = ""): Language {
  const [spoken] = locale?.toLowerCase().split(/[-_]/) ?? [];
  return spoken === "th" || spoken === "en" ? spoken : detectLanguage(written);
}
