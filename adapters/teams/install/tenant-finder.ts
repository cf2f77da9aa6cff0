import { LRUCache } from "lru-cache";
import type { Database } from "../../../core/database.ts";
import type { TenantId } from "../../../core/ids.ts";

/** For so long at most, what comes from a Microsoft tenant that was given to another company is still the first one's. */
const rememberMs = 5_000;
/** A Microsoft tenant that is connected is known within this time in processes that were asked about it before. */
const rememberNobodyMs = 3_000;
const tenantsRemembered = 5_000;

/** Whose Microsoft tenant it is; null where it belongs to no company here. Remembered for seconds. */
export function createTenantFinder({
  database,
}: {
  readonly database: Pick<Database, "tenantOfWorkspace">;
}): (msTenantId: string) => Promise<TenantId | null> {
  const known = new LRUCache<string, Promise<TenantId | null>>({ max: tenantsRemembered, ttl: rememberMs });
  return (msTenantId) => {
    const before = known.get(msTenantId);
    if (before) return before;
    const finding = database.tenantOfWorkspace("teams", msTenantId);
    known.set(msTenantId, finding);
    finding.then(
      (owner) => {
        if (owner === null) known.set(msTenantId, finding, { ttl: rememberNobodyMs });
      },
      () => known.delete(msTenantId),
    );
    return finding;
  };
}
