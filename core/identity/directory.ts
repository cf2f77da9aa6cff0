import { LRUCache } from "lru-cache";
import type { Database } from "../database.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { ReadScope } from "./access.ts";
import type { Department, Member } from "./member.ts";
import { readScope } from "./policy.ts";

/** A person with what they may read. */
export interface Identity {
  readonly member: Member;
  readonly departments: readonly Department[];
  readonly scope: ReadScope;
}

/** Who people are. Remembered for `ttlMs`, so that a question does not ask the database again; a change shows within that. */
export interface People {
  /** Null where the person is unknown or switched off. */
  identify(tenant: TenantId, user: UserId): Promise<Identity | null>;
  /** Forgets what is remembered of a tenant. */
  forget(tenant: TenantId): void;
}

const peopleRemembered = 10_000;

export function createPeople(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  { ttlMs = 5_000 }: { readonly ttlMs?: number } = {},
): People {
  const remembered = new LRUCache<string, Promise<Identity | null>>({ max: peopleRemembered, ttl: ttlMs });

  const load = (tenant: TenantId, user: UserId): Promise<Identity | null> =>
    database.withTenant(tenant, async ({ members }) => {
      const [member, departments] = await Promise.all([members.member(user), members.departments()]);
      return member && { member, departments, scope: readScope(member, departments) };
    });

  return {
    identify(tenant, user) {
      const key = `${tenant} ${user}`;
      const known = remembered.get(key);
      if (known) return known;
      const loading = load(tenant, user);
      remembered.set(key, loading);
      loading.catch(() => remembered.delete(key));
      return loading;
    },
    forget(tenant) {
      for (const key of remembered.keys()) if (key.startsWith(tenant)) remembered.delete(key);
    },
  };
}
