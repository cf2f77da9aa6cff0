import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import type { ReadScope } from "../../../core/identity/access.ts";
import type { ChannelPeople } from "../../../core/identity/channel-identity.ts";
import type { Identity, People } from "../../../core/identity/directory.ts";
import type { Department } from "../../../core/identity/member.ts";
import { type PlaceReaders, placeScope } from "../../../core/identity/place-scope.ts";
import type { Logger } from "../../../core/logger.ts";
import type { SlackUser } from "./calls/people-calls.ts";
import type { ChannelDirectory, ChannelReaders } from "./channel-directory.ts";
import { eachOf } from "../../../core/each-of.ts";
import { isOwnMember, personOf, profileOf } from "./profile.ts";
import type { Workspace } from "./workspace.ts";

export interface PlacePorts {
  readonly channels: Pick<ChannelDirectory, "readers">;
  readonly channelPeople: Pick<ChannelPeople, "match">;
  readonly people: Pick<People, "identify">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The most members of a private channel who are looked up one by one; the product's own choice. */
export const namedReadersLimit = 500;
const identifiedAtOnce = 8;

/** Of one installation: while Slack refuses, every question would be another line. */
const warnedAgainMs = 5 * 60_000;
const installationsWarned = 1_000;

/** How long it is remembered what the members of a private channel may read, in milliseconds. */
const scopeMs = 60_000;

export interface PlaceScopes {
  /**
   * What everyone who reads a channel may read; null in direct messages, where the asker alone does.
   *
   * | channel                                     | what everyone in it may read                                   |
   * | ------------------------------------------- | -------------------------------------------------------------- |
   * | direct messages                             | null: what the asker may                                       |
   * | shared with another company, or about to be | what guests may                                                |
   * | public                                      | what every person of the company may, since any of them can join |
   * | public, with a guest of the workspace in it | of that, what guests may too                                   |
   * | private or of several people, up to 500     | what each of its members may; a guest, or somebody whom the    |
   * |                                             | company does not know, what guests may                         |
   * | private, larger                             | as a public one                                                |
   * | whose readers Slack does not tell           | what guests may                                                |
   *
   * Bots and deleted accounts read nothing. Nobody is kept for having been looked at. Throws what `match` and `identify`
   * throw, never what Slack does.
   */
  scopeOf(
    workspace: Workspace,
    channelId: string,
    departments: readonly Department[],
  ): Promise<ReadScope | null>;
}

/** See `PlaceScopes`. */
export function createPlaceScopes(ports: PlacePorts): PlaceScopes {
  // By what was read of the channel: whatever changes there is read anew, and forgets this.
  const closed = new WeakMap<ChannelReaders, { readonly scope: ReadScope; readonly at: number }>();
  const warned = new LRUCache<string, number>({ max: installationsWarned });
  const now = (): number => ports.clock.now().getTime();

  /** Null where Slack does not tell. */
  async function readersOf(workspace: Workspace, channelId: string): Promise<ChannelReaders | null> {
    try {
      return await ports.channels.readers(workspace, channelId);
    } catch (error) {
      warn(workspace, channelId, error);
      return null;
    }
  }

  function warn({ tenantId, installationId, teamId }: Workspace, channel: string, error: unknown): void {
    const key = `${tenantId} ${installationId}`;
    if (now() - (warned.get(key) ?? -Infinity) < warnedAgainMs) return;
    warned.set(key, now());
    ports.logger.warn(
      "it is not known who reads a Slack channel, so guests' knowledge alone is shown in it; not told again for five minutes",
      { team: teamId, channel, error },
    );
  }

  return {
    async scopeOf(workspace, channelId, departments) {
      const read = await readersOf(workspace, channelId);
      if (read?.facts.kind === "direct") return null;
      const known = read && closed.get(read);
      if (known && now() - known.at < scopeMs) return known.scope;
      const readers = read ? await countReaders(ports, workspace, read) : nobodyKnows;
      const scope = placeScope(departments, readers);
      if (read && readers.kind === "people" && readers.identities.length > 0) {
        closed.set(read, { scope, at: now() });
      }
      return scope;
    },
  };
}

const nobodyKnows: PlaceReaders = { kind: "outside" };

async function countReaders(
  ports: PlacePorts,
  workspace: Workspace,
  { facts, people }: ChannelReaders,
): Promise<PlaceReaders> {
  if (facts.outside) return { kind: "outside" };
  const own = people.filter((user) => isOwnMember(workspace, user));
  const guests = people.length - own.length;
  // Any of the company's people can join a public channel, and read what was written before.
  if (facts.kind === "public" || people.length > namedReadersLimit) {
    return { kind: "people", identities: [], ownStrangers: Math.max(own.length, 1), guests };
  }
  const found = await eachOf(own, identifiedAtOnce, (user) => identify(ports, workspace, user));
  const identities = found.filter((identity) => identity !== null);
  // Whom the company does not know, or has switched off, still reads the channel.
  return { kind: "people", identities, ownStrangers: 0, guests: guests + found.length - identities.length };
}

async function identify(
  { channelPeople, people }: PlacePorts,
  workspace: Workspace,
  user: SlackUser,
): Promise<Identity | null> {
  const { tenantId } = workspace;
  const person = personOf(user.id, user.teamId);
  const id = await channelPeople.match(tenantId, person, profileOf(workspace, user));
  return id && (await people.identify(tenantId, id));
}
