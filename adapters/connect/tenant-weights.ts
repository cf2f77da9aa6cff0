import type { Database } from "../../core/database.ts";
import type { TenantId } from "../../core/ids.ts";
import type { Logger } from "../../core/logger.ts";

/** Companies are read again after this long, in milliseconds, and where one is asked for that was not there as soon as this. */
const keptMs = { known: 60_000, unknown: 1_000 };

/**
 * What each company's share of the models counts for, of weights by its slug. The companies are read in the background: one that
 * was made since counts for 1 until then, and where the database is away all stay as they were.
 */
export function createTenantWeights(
  database: Pick<Database, "tenants">,
  weights: Readonly<Record<string, number>>,
  logger: Logger,
): (tenant: TenantId) => number {
  if (Object.keys(weights).length === 0) return () => 1;
  let known: ReadonlyMap<TenantId, number> = new Map();
  let readAt = -Infinity;
  const read = async (): Promise<void> => {
    readAt = performance.now();
    try {
      const tenants = await database.tenants();
      known = new Map(tenants.map(({ id, slug }) => [id, weights[slug] ?? 1]));
    } catch (error) {
      logger.debug("companies could not be read for their weights; it is tried again", { error });
    }
  };
  void read();
  return (tenant) => {
    const since = performance.now() - readAt;
    if (since > (known.has(tenant) ? keptMs.known : keptMs.unknown)) void read();
    return known.get(tenant) ?? 1;
  };
}
