import { LRUCache } from "lru-cache";
import type { Clock } from "../../clock.ts";
import type { Database } from "../../database.ts";
import type { TenantId, UserId } from "../../ids.ts";
import type { Logger } from "../../logger.ts";
import type { People } from "../directory.ts";
import type { Directory, DirectoryAnswer, DirectoryPerson, KnownPerson } from "./directory.ts";

interface RefreshPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly directory: Directory;
  readonly people: Pick<People, "forget">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps what is known of people's groups recent. */
export interface GroupRefresh {
  /**
   * Reads the person's groups where that was longer ago than is allowed, and where groups give anything at all. What
   * fails at the directory is no error here: what is known counts for a day. Throws what the database does.
   * @returns false where the directory could not be asked, so that the person may have more than is known
   */
  refresh(tenant: TenantId, person: DirectoryPerson, user: UserId): Promise<boolean>;
  /** The same for somebody who reads along: only where what is known of them gives them anything. */
  recheck(tenant: TenantId, person: DirectoryPerson, user: UserId): Promise<boolean>;
}

const peopleRemembered = 20_000;
/** How soon a directory that could not be asked, or that nothing was granted for, is looked at again. */
const againMs = 60_000;
const warnedAgainMs = 5 * 60_000;
/** How long a directory that could not be asked is left alone, so that not everybody waits until it does not answer. */
const restMs = 10_000;

interface Looked {
  readonly recent: boolean;
  /** How long it need not be looked at again, in milliseconds. */
  readonly restMs: number;
}

/** Somebody whom their directory does not know, or has switched off. */
const nobody: Omit<KnownPerson, "kind"> = { groups: [], name: "", emails: [], guest: false };

/** @param maxAgeMs after so long a person's groups are read again */
export function createGroupRefresh(
  { database, directory, people, clock, logger }: RefreshPorts,
  { maxAgeMs }: { readonly maxAgeMs: number },
): GroupRefresh {
  /** What this process found, and when it has to look again. */
  const looked = new LRUCache<string, { readonly recent: boolean; readonly due: number }>({
    max: peopleRemembered,
  });
  const running = new Map<string, Promise<boolean>>();
  const away = new LRUCache<string, { readonly until: number; readonly answer: DirectoryAnswer }>({
    max: 1_000,
  });
  const warned = new LRUCache<string, number>({ max: 1_000 });
  const now = (): number => clock.now().getTime();

  async function ask(person: DirectoryPerson): Promise<DirectoryAnswer> {
    const resting = away.get(person.directory);
    if (resting && now() < resting.until) return resting.answer;
    const answer = await directory.groupsOf(person);
    if (answer.kind === "unavailable") away.set(person.directory, { until: now() + restMs, answer });
    return answer;
  }

  async function look(
    tenant: TenantId,
    person: DirectoryPerson,
    user: UserId,
    along: boolean,
  ): Promise<Looked> {
    const { readAt, granted, gives } = await database.withTenant(tenant, ({ groups }) =>
      groups.lastRead(person, user),
    );
    const age = readAt === null ? Infinity : now() - readAt.getTime();
    if (age < maxAgeMs) return { recent: true, restMs: maxAgeMs - age };
    if (along ? !gives : readAt === null && !granted) {
      return { recent: true, restMs: Math.min(againMs, maxAgeMs) };
    }
    const began = now();
    const answer = await ask(person);
    if (answer.kind === "unavailable") warn(tenant, person, answer.error);
    const seen = answer.kind === "unavailable" ? null : answer.kind === "known" ? answer : nobody;
    const changed = await database.withTenant(tenant, ({ groups }) =>
      groups.keep(person, user, seen, Math.max(0, now() - began)),
    );
    if (changed) people.forget(tenant);
    return seen === null
      ? { recent: false, restMs: Math.min(againMs, maxAgeMs) }
      : { recent: true, restMs: maxAgeMs };
  }

  function warn(tenant: TenantId, { directory: asked }: DirectoryPerson, error: unknown): void {
    const key = `${tenant} ${asked}`;
    if (now() - (warned.get(key) ?? -Infinity) < warnedAgainMs) return;
    warned.set(key, now());
    logger.warn(
      "people's groups cannot be read; what is known of them counts for a day; not told again for five minutes",
      { directory: asked, error },
    );
  }

  async function once(
    tenant: TenantId,
    person: DirectoryPerson,
    user: UserId,
    along: boolean,
  ): Promise<boolean> {
    const key = [tenant, person.directory, person.externalId, user, along ? "along" : "asks"].join(" ");
    const before = looked.get(key);
    if (before && now() < before.due) return before.recent;
    const looking =
      running.get(key) ??
      look(tenant, person, user, along)
        .then(({ recent, restMs: ms }) => {
          looked.set(key, { recent, due: now() + ms });
          return recent;
        })
        .finally(() => running.delete(key));
    running.set(key, looking);
    return await looking;
  }

  return {
    refresh: (tenant, person, user) => once(tenant, person, user, false),
    recheck: (tenant, person, user) => once(tenant, person, user, true),
  };
}
