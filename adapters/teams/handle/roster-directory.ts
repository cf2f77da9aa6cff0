import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { TeamsBot, TeamsMember } from "../client/teams-client.ts";
import type { TeamsPlaceOrigin } from "../teams-event.ts";
import { splitConversationId } from "../thread-key.ts";

/** Whose roster is read: a group chat's, a channel's or its team's. */
export type RosterPlace = Pick<
  TeamsPlaceOrigin,
  "msTenantId" | "serviceUrl" | "conversationId" | "conversationType" | "teamId"
>;

/** `outside`: a channel shared with other companies, or one that Teams does not tell the kind of. */
export type Roster =
  { readonly kind: "outside" } | { readonly kind: "people"; readonly members: readonly TeamsMember[] };

/**
 * Who reads group chats and channels. Teams tells one process that somebody came or went, and that one forgets; for the
 * others, what is known of a small place is at most 15 seconds old, and of a large one five minutes.
 */
export interface RosterDirectory {
  /** Throws what the bot's calls throw. */
  roster(tenant: TenantId, bot: TeamsBot, place: RosterPlace): Promise<Roster>;
  /** The place's, and of a team all of its channels'. */
  forget(tenant: TenantId, place: RosterPlace): void;
}

const smallRoster = 500;
const smallMs = 15_000;
const largeMs = 5 * 60_000;
const channelsMs = 60_000;
const placesRemembered = 5_000;
/** Of 500 members: the most that a team holds is 25,000. */
const pagesRead = 50;

interface Remembered<T> {
  readonly value: Promise<T>;
  readonly readAt: number;
  keepMs: number;
}

export function createRosterDirectory({ clock }: { readonly clock: Clock }): RosterDirectory {
  const rosters = new LRUCache<string, Remembered<Roster>>({ max: placesRemembered });
  const channelTypes = new LRUCache<string, Remembered<ReadonlyMap<string, string | null>>>({
    max: placesRemembered,
  });
  const now = (): number => clock.now().getTime();

  /** What is known and recent; else read anew, or what is known where Teams wants a pause first. */
  function recent<T>(
    known: LRUCache<string, Remembered<T>>,
    key: string,
    keepMs: (value: T) => number,
    read: () => Promise<T>,
  ): Promise<T> {
    const before = known.get(key);
    if (before && now() - before.readAt < before.keepMs) return before.value;
    const reading = read().catch((error: unknown) => {
      if (before && isExpertError(error, "rate_limited")) return before.value;
      throw error;
    });
    const entry: Remembered<T> = { value: reading, readAt: now(), keepMs: smallMs };
    known.set(key, entry);
    reading.then(
      (value) => {
        entry.keepMs = keepMs(value);
      },
      () => {
        if (known.peek(key) === entry) known.delete(key);
      },
    );
    return reading;
  }

  async function isShared(tenant: TenantId, bot: TeamsBot, place: RosterPlace): Promise<boolean> {
    const { conversationId, serviceUrl, teamId } = place;
    const { baseId } = splitConversationId(conversationId);
    // The channel that every team has is called as its team, and cannot be shared.
    if (baseId === teamId) return false;
    if (teamId === null) return true;
    const types = await recent(
      channelTypes,
      `${tenant} ${place.msTenantId} ${teamId}`,
      () => channelsMs,
      async () => new Map((await bot.channels(serviceUrl, teamId)).map(({ id, type }) => [id, type])),
    );
    const type = types.get(baseId)?.toLowerCase();
    return type !== "standard" && type !== "private";
  }

  async function read(tenant: TenantId, bot: TeamsBot, place: RosterPlace): Promise<Roster> {
    if (place.conversationType === "channel" && (await isShared(tenant, bot, place)))
      return { kind: "outside" };
    return { kind: "people", members: await readMembers(bot, place) };
  }

  return {
    roster: (tenant, bot, place) =>
      recent(
        rosters,
        keyOf(tenant, place),
        (roster) => (roster.kind === "people" && roster.members.length > smallRoster ? largeMs : smallMs),
        () => read(tenant, bot, place),
      ),
    forget(tenant, place) {
      const beginning =
        place.teamId === null ? keyOf(tenant, place) : `${tenant} ${place.msTenantId} ${place.teamId} `;
      for (const key of rosters.keys()) if (key.startsWith(beginning)) rosters.delete(key);
      channelTypes.delete(`${tenant} ${place.msTenantId} ${place.teamId ?? ""}`);
    },
  };
}

const keyOf = (tenant: TenantId, { msTenantId, teamId, conversationId }: RosterPlace): string =>
  [tenant, msTenantId, teamId ?? "-", splitConversationId(conversationId).baseId].join(" ");

async function readMembers(
  bot: TeamsBot,
  { serviceUrl, conversationId }: RosterPlace,
): Promise<readonly TeamsMember[]> {
  const place = { serviceUrl, conversationId: splitConversationId(conversationId).baseId };
  const members: TeamsMember[] = [];
  let next: string | null = null;
  for (let page = 0; page < pagesRead; page += 1) {
    const { members: some, continuation } = await bot.members(place, ...(next === null ? [] : [next]));
    members.push(...some);
    next = continuation;
    if (next === null) return members.filter(({ id }) => id !== bot.botId);
  }
  throw new RangeError(`the conversation ${conversationId} has more than ${members.length} members`);
}
