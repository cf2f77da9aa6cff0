import { LRUCache } from "lru-cache";
import type { Clock } from "../../clock.ts";
import type { Database } from "../../database.ts";
import type { TenantId, UserId } from "../../ids.ts";
import type { Logger } from "../../logger.ts";
import type { People } from "../directory.ts";
import type { Directory, DirectoryPerson, KnownPerson } from "./directory.ts";

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
   */
  refresh(tenant: TenantId, person: DirectoryPerson, user: UserId): Promise<void>;
  /** The same for somebody who reads along: only where what is known of them gives them anything. */
  recheck(tenant: TenantId, person: DirectoryPerson, user: UserId): Promise<void>;
}

const peopleRemembered = 20_000;
/** How soon a directory that could not be asked, or that nothing was granted for, is looked at again. */
const againMs = 60_000;
const warnedAgainMs = 5 * 60_000;

/** Somebody whom their directory does not know, or has switched off. */
const nobody: Omit<KnownPerson, "kind"> = { groups: [], name: "", emails: [], guest: false };

/** @param maxAgeMs after so long a person's groups are read again */
export function createGroupRefresh(
  { database, directory, people, clock, logger }: RefreshPorts,
  { maxAgeMs }: { readonly maxAgeMs: number },
): GroupRefresh {
  /** When this process has to look again. */
  const due = new LRUCache<string, number>({ max: peopleRemembered });
  const running = new Map<string, Promise<void>>();
  const warned = new LRUCache<string, number>({ max: 1_000 });
  const now = (): number => clock.now().getTime();

  /** How long it need not be looked at again, in milliseconds. */
  async function look(
    tenant: TenantId,
    person: DirectoryPerson,
    user: UserId,
    along: boolean,
  ): Promise<number> {
    const { readAt, granted, gives } = await database.withTenant(tenant, ({ groups }) =>
      groups.lastRead(person, user),
    );
    const age = readAt === null ? Infinity : now() - readAt.getTime();
    if (age < maxAgeMs) return maxAgeMs - age;
    if (along ? !gives : readAt === null && !granted) return Math.min(againMs, maxAgeMs);
    const began = now();
    const answer = await directory.groupsOf(person);
    if (answer.kind === "unavailable") warn(tenant, person, answer.error);
    const seen = answer.kind === "unavailable" ? null : answer.kind === "known" ? answer : nobody;
    const changed = await database.withTenant(tenant, ({ groups }) =>
      groups.keep(person, user, seen, Math.max(0, now() - began)),
    );
    if (changed) people.forget(tenant);
    return seen === null ? Math.min(againMs, maxAgeMs) : maxAgeMs;
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
  ): Promise<void> {
    const key = [tenant, person.directory, person.externalId, user, along ? "along" : "asks"].join(" ");
    if (now() < (due.get(key) ?? -Infinity)) return;
    const before = running.get(key);
    if (before) {
      await before;
      return;
    }
    const looking = look(tenant, person, user, along).then((restMs) => {
      due.set(key, now() + restMs);
    });
    running.set(key, looking);
    try {
      await looking;
    } finally {
      running.delete(key);
    }
  }

  return {
    refresh: (tenant, person, user) => once(tenant, person, user, false),
    recheck: (tenant, person, user) => once(tenant, person, user, true),
  };
}
