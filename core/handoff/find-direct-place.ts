import type { ApproverReach } from "../approvals/approver-reach.ts";
import type { Database } from "../database.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import { hasAddress } from "../identity/channel-identity.ts";
import { byEmail } from "../identity/recognise-person.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { DirectPlace } from "./experts.ts";

export interface DirectPlacePorts {
  readonly database: Pick<Database, "withTenant">;
  /** How people are reached directly, by channel. */
  readonly reach: ReadonlyMap<ChannelName, ApproverReach>;
  readonly logger: Logger;
}

export interface Reached {
  readonly channel: ChannelName;
  readonly place: DirectPlace;
}

/** Where people are looked for, the one that is wanted first; mail reaches whom no chat does. */
export const directChannels = (wanted: ChannelName | null): readonly ChannelName[] => [
  ...new Set([...(wanted === null ? [] : [wanted]), ...(["slack", "teams", "mail"] as const)]),
];

/**
 * Where the bot can write to somebody directly, in the first of these channels that knows them; whoever never used the bot
 * there is looked up by e-mail address, and kept. Null where it can nowhere. What asking a channel throws is logged, and
 * thrown where none of the others knows them.
 * @param avoided the key of a thread that is none of the places.
 */
export async function findDirectPlace(
  { database, reach, logger }: DirectPlacePorts,
  tenant: TenantId,
  { id, email }: { readonly id: UserId; readonly email: string },
  channels: readonly ChannelName[],
  avoided: string | null = null,
): Promise<Reached | null> {
  let fault: Error | null = null;

  async function placeIn(people: ApproverReach, channel: ChannelName): Promise<DirectPlace | null> {
    const identities = await database.withTenant(tenant, (stores) =>
      stores.identities.addressesOf(id, channel),
    );
    if (identities.length > 0) return await people.reach(tenant, identities);
    const found = await people.lookUp(tenant, email);
    if (!found || !hasAddress(found.profile, email)) return null;
    const known = await database.withTenant(tenant, async (stores) => {
      if ((await byEmail(stores.identities, found.profile)) !== id) return null;
      await stores.identities.link(found.person, id);
      return await stores.identities.find(found.person);
    });
    return known?.userId === id ? found.place : null;
  }

  for (const channel of channels) {
    const people = reach.get(channel);
    if (!people) continue;
    try {
      const place = await placeIn(people, channel);
      if (place && place.threadKey !== avoided) return { channel, place };
    } catch (error) {
      logger.warn("a person could not be reached directly", { user: id, channel, error });
      fault = error instanceof Error ? error : new Error(String(error));
    }
  }
  if (fault) throw fault;
  return null;
}
