import type { Database } from "../database.ts";
import { isExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { UsageRecord } from "./usage.ts";

/** Notes calls of models beside their way, and writes them in batches. */
export interface UsageLog {
  note(tenant: TenantId, record: UsageRecord): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

export interface UsageLogOptions {
  readonly database: Pick<Database, "withTenant">;
  readonly logger: Logger;
  /** Written so often, in milliseconds, and sooner where so many wait. */
  readonly everyMs?: number;
  readonly atOnce?: number;
  /** Kept while the database is away; what comes on top is dropped, and its number told once. About 400 bytes each. */
  readonly most?: number;
}

const defaults = { everyMs: 5_000, atOnce: 200, most: 20_000 } as const;

export function createUsageLog(options: UsageLogOptions): UsageLog {
  const { database, logger, everyMs, atOnce, most } = { ...defaults, ...options };
  let waiting: { readonly tenant: TenantId; readonly record: UsageRecord }[] = [];
  let dropped = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> | null = null;

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), everyMs).unref();
  }

  const flush = (): Promise<void> =>
    (writing ??= write().finally(() => {
      writing = null;
      if (waiting.length > 0) schedule();
    }));

  /** Until nothing waits, or the database is away. */
  async function write(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    while (waiting.length > 0) {
      const tenant = waiting[0]?.tenant;
      const batch = waiting.filter((one) => one.tenant === tenant).slice(0, atOnce);
      if (
        tenant === undefined ||
        !(await writeOf(
          tenant,
          batch.map(({ record }) => record),
        ))
      )
        return;
      const written = new Set(batch);
      waiting = waiting.filter((one) => !written.has(one));
    }
    tellOfDropped();
  }

  /** False where it is to be tried again. */
  async function writeOf(tenant: TenantId, records: readonly UsageRecord[]): Promise<boolean> {
    try {
      await database.withTenant(tenant, ({ budgets }) => budgets.record(records));
    } catch (error) {
      if (isExpertError(error, "database_unavailable", "storage_full")) return false;
      logger.error("what models were used for could not be written", {
        tenant,
        records: records.length,
        error,
      });
    }
    return true;
  }

  function tellOfDropped(): void {
    if (dropped > 0) {
      logger.warn("what models were used for was dropped while the database was away", { records: dropped });
    }
    dropped = 0;
  }

  return {
    note(tenant, record) {
      if (waiting.length >= most) {
        dropped += 1;
        return;
      }
      waiting.push({ tenant, record });
      // Where the database is away, the timer tries again.
      if (waiting.length === atOnce) void flush();
      else schedule();
    },
    async close() {
      await writing;
      await flush();
      if (timer) clearTimeout(timer);
      dropped += waiting.length;
      waiting = [];
      tellOfDropped();
    },
  };
}
