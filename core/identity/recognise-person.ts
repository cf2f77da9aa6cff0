import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import type { TenantId, UserId } from "../ids.ts";
import type {
  ChannelPeople,
  ChannelPerson,
  ChannelProfile,
  IdentityStore,
  KnownIdentity,
} from "./channel-identity.ts";
import type { People } from "./directory.ts";

interface RecognisePorts {
  readonly database: Pick<Database, "withTenant">;
  readonly clock: Clock;
  readonly people: Pick<People, "forget">;
}

/** How long who somebody is stays remembered. */
const rememberedMs = 30_000;
const peopleRemembered = 10_000;
/** How often a guest is looked up again among the tenant's people. */
const guestCheckMs = 3_600_000;

/**
 * Matches people of chat platforms to users: by workspace and id, once by an e-mail address that the platform has
 * confirmed, never by name. Whom the tenant does not know becomes a guest of their own, and so does everybody of another
 * workspace, whatever address that workspace confirms for them.
 */
export function createChannelPeople({ database, clock, people }: RecognisePorts): ChannelPeople {
  const remembered = new LRUCache<string, Promise<UserId>>({ max: peopleRemembered, ttl: rememberedMs });
  const matched = new LRUCache<string, Promise<UserId | null>>({ max: peopleRemembered, ttl: rememberedMs });

  async function load(
    tenant: TenantId,
    person: ChannelPerson,
    profile: () => Promise<ChannelProfile>,
  ): Promise<UserId> {
    const known = await database.withTenant(tenant, ({ identities }) => identities.find(person));
    if (known && (known.matchedBy === "email" || isRecent(known))) return known.userId;
    if (!known) return await matchOrAdmit(tenant, person, await profile());
    // A guest stays one while the platform does not answer.
    const told = await profile().catch(() => null);
    return told ? await matchOrAdmit(tenant, person, told) : known.userId;
  }

  const isRecent = ({ checkedAt }: KnownIdentity): boolean =>
    clock.now().getTime() - checkedAt.getTime() < guestCheckMs;

  async function matchOrAdmit(
    tenant: TenantId,
    person: ChannelPerson,
    profile: ChannelProfile,
  ): Promise<UserId> {
    const user = await database.withTenant(tenant, async ({ identities }) => {
      const member = await byEmail(identities, profile);
      if (member === null) return await identities.guest(person, profile.name);
      await identities.link(person, member);
      // Another process may have been first.
      return (await identities.find(person))?.userId ?? member;
    });
    people.forget(tenant);
    return user;
  }

  const look = (tenant: TenantId, person: ChannelPerson, profile: ChannelProfile): Promise<UserId | null> =>
    database.withTenant(tenant, async ({ identities }) => {
      const known = await identities.find(person);
      if (known?.matchedBy === "email") return known.userId;
      const member = await byEmail(identities, profile);
      return member ?? (known?.matchedBy === "directory" ? known.userId : null);
    });

  return {
    recognise: (tenant, person, profile) =>
      once(remembered, keyOf(tenant, person), () => load(tenant, person, profile)),
    match: (tenant, person, profile) =>
      once(matched, keyOf(tenant, person), () => look(tenant, person, profile)),
  };
}

const keyOf = (tenant: TenantId, { channel, workspaceId, externalId }: ChannelPerson): string =>
  [tenant, channel, workspaceId, externalId].join(" ");

/** Whose account of the tenant the platform's own member has, by the first of their addresses that is somebody's. */
export async function byEmail(
  identities: Pick<IdentityStore, "userByEmail">,
  { ownMember, verifiedEmail, otherVerifiedEmails = [] }: ChannelProfile,
): Promise<UserId | null> {
  if (!ownMember) return null;
  for (const email of verifiedEmail === null
    ? otherVerifiedEmails
    : [verifiedEmail, ...otherVerifiedEmails]) {
    const user = await identities.userByEmail(email);
    if (user !== null) return user;
  }
  return null;
}

/** What is remembered or being asked for already; what failed is asked for again. */
function once<T>(known: LRUCache<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const running = known.get(key);
  if (running) return running;
  const loading = work();
  known.set(key, loading);
  loading.catch(() => known.delete(key));
  return loading;
}
