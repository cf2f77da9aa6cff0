import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { ChannelPeople, ChannelPerson, ChannelProfile, KnownIdentity } from "./channel-identity.ts";
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
    { name, verifiedEmail, ownMember }: ChannelProfile,
  ): Promise<UserId> {
    const user = await database.withTenant(tenant, async ({ identities }) => {
      const matched =
        ownMember && verifiedEmail !== null ? await identities.userByEmail(verifiedEmail) : null;
      if (matched === null) return await identities.guest(person, name);
      await identities.link(person, matched);
      // Another process may have been first.
      return (await identities.find(person))?.userId ?? matched;
    });
    people.forget(tenant);
    return user;
  }

  return {
    recognise(tenant, person, profile) {
      const key = [tenant, person.channel, person.workspaceId, person.externalId].join(" ");
      const running = remembered.get(key);
      if (running) return running;
      const loading = load(tenant, person, profile);
      remembered.set(key, loading);
      loading.catch(() => remembered.delete(key));
      return loading;
    },
  };
}
