import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import { eachOf } from "../../../core/each-of.ts";
import type { ReadScope } from "../../../core/identity/access.ts";
import type { ChannelPeople } from "../../../core/identity/channel-identity.ts";
import type { Identity, People } from "../../../core/identity/directory.ts";
import { entraDirectory } from "../../../core/identity/groups/group-id.ts";
import type { GroupRefresh } from "../../../core/identity/groups/refresh-groups.ts";
import type { Department } from "../../../core/identity/member.ts";
import { type PlaceReaders, placeScope } from "../../../core/identity/place-scope.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { Logger } from "../../../core/logger.ts";
import type { TeamsBot, TeamsMember } from "../client/teams-client.ts";
import { isOwnMember, personOf, profileOf } from "./member-profile.ts";
import type { Roster, RosterDirectory, RosterPlace } from "./roster-directory.ts";

export interface PlacePorts {
  readonly rosters: Pick<RosterDirectory, "roster">;
  readonly channelPeople: Pick<ChannelPeople, "match">;
  readonly people: Pick<People, "identify">;
  /** Null where groups of Entra give nothing here. */
  readonly groups: Pick<GroupRefresh, "recheck"> | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The most members who are looked up one by one; the product's own choice. */
const namedReadersLimit = 500;
const identifiedAtOnce = 8;

/** Of one Microsoft tenant: while Teams refuses, every question would be another line. */
const warnedAgainMs = 5 * 60_000;
const tenantsWarned = 1_000;

/** How long it is remembered what the members of a roster may read, in milliseconds. */
const scopeMs = 60_000;

export interface PlaceScopes {
  /**
   * What everyone who reads a place may read; null in a personal chat, where the asker alone does.
   *
   * | place                                             | what everyone in it may read                              |
   * | ------------------------------------------------- | --------------------------------------------------------- |
   * | personal chat                                     | null: what the asker may                                  |
   * | channel that is shared, or of a kind not told     | what guests may                                           |
   * | group chat, or channel by the roster, up to 500   | what each member may; a guest, somebody without an account, |
   * |                                                   | of another Microsoft tenant, or unknown: what guests may  |
   * | larger                                            | what every person of the company may; with a guest, of that what guests may |
   * | whose readers Teams does not tell                 | what guests may                                           |
   *
   * Teams tells a bot neither whether a team is public nor who will join: those who are in it now count. Nobody is kept
   * for having been looked at. Throws what `match` and `identify` throw, never what Teams does.
   */
  scopeOf(
    tenant: TenantId,
    bot: TeamsBot,
    place: RosterPlace,
    departments: readonly Department[],
  ): Promise<ReadScope | null>;
  /** Whether others than the company's own people read a place, or nobody knows. Never throws. */
  readsOutside(tenant: TenantId, bot: TeamsBot, place: RosterPlace): Promise<boolean>;
}

/** See `PlaceScopes`. */
export function createPlaceScopes(ports: PlacePorts): PlaceScopes {
  // By what was read of the roster: a newer one is read anew, and forgets this.
  const known = new WeakMap<Roster, { readonly scope: ReadScope; readonly at: number }>();
  const warned = new LRUCache<string, number>({ max: tenantsWarned });
  const now = (): number => ports.clock.now().getTime();

  /** Null where Teams does not tell. */
  async function rosterOf(tenant: TenantId, bot: TeamsBot, place: RosterPlace): Promise<Roster | null> {
    try {
      return await ports.rosters.roster(tenant, bot, place);
    } catch (error) {
      warn(tenant, place, error);
      return null;
    }
  }

  function warn(tenant: TenantId, { msTenantId, conversationId }: RosterPlace, error: unknown): void {
    const key = `${tenant} ${msTenantId}`;
    if (now() - (warned.get(key) ?? -Infinity) < warnedAgainMs) return;
    warned.set(key, now());
    ports.logger.warn(
      "it is not known who reads a conversation of Teams, so guests' knowledge alone is shown in it; not told again for five minutes",
      { microsoftTenant: msTenantId, conversation: conversationId, error },
    );
  }

  return {
    async scopeOf(tenant, bot, place, departments) {
      if (place.conversationType === "personal") return null;
      const roster = await rosterOf(tenant, bot, place);
      const before = roster && known.get(roster);
      if (before && now() - before.at < scopeMs) return before.scope;
      const readers = roster ? await countReaders(ports, tenant, place, roster) : nobodyKnows;
      const scope = placeScope(departments, readers);
      if (roster && readers.kind === "people" && readers.identities.length > 0) {
        known.set(roster, { scope, at: now() });
      }
      return scope;
    },
    async readsOutside(tenant, bot, place) {
      const roster = await rosterOf(tenant, bot, place);
      if (roster?.kind !== "people") return true;
      return roster.members.some((member) => !isOwnMember(place.msTenantId, member));
    },
  };
}

const nobodyKnows: PlaceReaders = { kind: "outside" };

async function countReaders(
  ports: PlacePorts,
  tenant: TenantId,
  { msTenantId }: RosterPlace,
  roster: Roster,
): Promise<PlaceReaders> {
  if (roster.kind === "outside") return nobodyKnows;
  const { members } = roster;
  const own = members.filter((member) => isOwnMember(msTenantId, member));
  const guests = members.length - own.length;
  if (members.length > namedReadersLimit) {
    return { kind: "people", identities: [], ownStrangers: Math.max(own.length, 1), guests };
  }
  const found = await eachOf(own, identifiedAtOnce, (member) => identify(ports, tenant, msTenantId, member));
  const identities = found.filter((identity) => identity !== null);
  // Whom the company does not know, or has switched off, still reads along.
  return { kind: "people", identities, ownStrangers: 0, guests: guests + found.length - identities.length };
}

async function identify(
  { channelPeople, people, groups }: PlacePorts,
  tenant: TenantId,
  msTenantId: string,
  member: TeamsMember,
): Promise<Identity | null> {
  if (member.aadObjectId === null) return null;
  const person = personOf(member.aadObjectId, member.msTenantId ?? msTenantId);
  const id = await channelPeople.match(tenant, person, profileOf(msTenantId, member));
  if (id === null) return null;
  if (groups && person.workspaceId === msTenantId) {
    const { externalId } = person;
    await groups.recheck(tenant, { directory: entraDirectory(msTenantId), externalId }, id);
  }
  return await people.identify(tenant, id);
}
