import type { Database } from "../database.ts";
import type { Address } from "../delivery/address.ts";
import type { ThreadTurn } from "../conversation/thread-store.ts";
import { type ChannelPerson, type ChannelProfile, hasAddress } from "../identity/channel-identity.ts";
import { byEmail } from "../identity/recognise-person.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { Handoff } from "./handoff.ts";

/** Direct messages with a person, as their channel names them. */
export interface DirectPlace {
  readonly threadKey: string;
  readonly address: Address;
}

/** Somebody on a channel, whom the tenant may not have met there. */
export interface FoundPerson {
  readonly person: ChannelPerson;
  readonly profile: ChannelProfile;
  readonly place: DirectPlace;
}

/** How people are reached on the channel where a human is asked for. Each throws what the channel does. */
export interface ExpertReach {
  /**
   * The direct messages with somebody who is known under these identities, where the question was asked if they are there,
   * else elsewhere; null where the bot can write to none of them.
   */
  reach(identities: readonly ChannelPerson[]): Promise<DirectPlace | null>;
  /** Who has this e-mail address where the question was asked; null where nobody has. */
  lookUp(email: string): Promise<FoundPerson | null>;
}

interface ExpertPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly experts: ExpertReach;
}

interface Expert {
  readonly id: UserId;
  readonly name: string;
}

export interface ReachableExpert extends Expert {
  readonly place: DirectPlace;
}

/** More than this many people are not told of one question … */
const expertsTold = 10;
/** … nor more than this many tried, of whom so many by their e-mail address. */
const expertsTried = 50;
const expertsLookedUp = 10;

/** Who may take the question over: neither whoever asked it nor whoever asked for a human. */
export async function expertsFor(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  handoff: Pick<Handoff, "departmentId" | "requestedBy">,
  turn: Pick<ThreadTurn, "userId">,
): Promise<readonly Expert[]> {
  const experts = await database.withTenant(tenant, ({ handoffs }) => handoffs.experts(handoff.departmentId));
  return experts.filter(({ id }) => id !== handoff.requestedBy && id !== turn.userId);
}

/**
 * Those of them whom the bot can write to on the hand-off's channel, in the same order. Whoever never used the bot there is
 * looked up by e-mail address, and kept as everybody is whose address the channel has confirmed. Throws what the channel
 * does as long as nobody is reached; with somebody reached, the others can be missed.
 */
export async function reachable(
  { database, experts: channel }: ExpertPorts,
  tenant: TenantId,
  handoff: Pick<Handoff, "channel">,
  experts: readonly Expert[],
): Promise<readonly ReachableExpert[]> {
  const reached = new Map<UserId, DirectPlace>();
  const tried = experts.slice(0, expertsTried);

  async function attempt({ id }: Expert, work: () => Promise<DirectPlace | null>): Promise<void> {
    if (reached.size >= expertsTold || reached.has(id)) return;
    const place = await work().catch((error: unknown) => {
      if (reached.size === 0) throw error;
      return null;
    });
    if (place) reached.set(id, place);
  }

  const known = await database.withTenant(tenant, ({ identities }) =>
    Promise.all(
      tried.map(async (expert) => ({
        expert,
        identities: await identities.addressesOf(expert.id, handoff.channel),
      })),
    ),
  );
  for (const { expert, identities } of known) {
    if (identities.length > 0) await attempt(expert, () => channel.reach(identities));
  }
  const missing = tried.filter(({ id }) => !reached.has(id)).slice(0, expertsLookedUp);
  for (const expert of missing) {
    await attempt(expert, () => lookUp({ database, experts: channel }, tenant, expert));
  }
  return tried.flatMap((expert) => {
    const place = reached.get(expert.id);
    return place ? [{ ...expert, place }] : [];
  });
}

async function lookUp(
  { database, experts: channel }: ExpertPorts,
  tenant: TenantId,
  { id }: Expert,
): Promise<DirectPlace | null> {
  const member = await database.withTenant(tenant, ({ members }) => members.member(id));
  const found = member && (await channel.lookUp(member.email));
  if (!member || !found) return null;
  if (!hasAddress(found.profile, member.email)) return null;
  const identity = await database.withTenant(tenant, async ({ identities }) => {
    if ((await byEmail(identities, found.profile)) !== id) return null;
    await identities.link(found.person, id);
    return await identities.find(found.person);
  });
  return identity?.userId === id ? found.place : null;
}
