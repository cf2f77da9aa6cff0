import type { Database } from "../database.ts";
import type { TenantId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { ApprovalMark } from "./approval-store.ts";

/** How often a tenant whose approvals are watched is read, in milliseconds: one statement for all who watch. */
const readEveryMs = 500;

export interface ApprovalWatch {
  /**
   * Tells of approvals that have changed since, whoever changed them and in whichever process; ends with what it returns.
   * Tells of none once the first reading is there: what changed before it is not told, and may have been read too early.
   */
  watch(tenant: TenantId, onChange: (changed: readonly ApprovalMark[]) => void): () => void;
  /** Something was changed here just now: tells of it without waiting for the next reading. */
  changed(tenant: TenantId): void;
}

interface Watched {
  readonly listeners: Set<(changed: readonly ApprovalMark[]) => void>;
  marks: ReadonlyMap<string, string> | null;
  timer: ReturnType<typeof setTimeout> | null;
  reading: boolean;
  again: boolean;
}

interface WatchPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly logger: Logger;
}

/** Watches the approvals of those tenants that somebody looks at, by reading what is open or was decided lately. */
export function createApprovalWatch({ database, logger }: WatchPorts): ApprovalWatch {
  const tenants = new Map<TenantId, Watched>();

  const read = async (tenant: TenantId, watched: Watched): Promise<void> => {
    if (watched.timer !== null) clearTimeout(watched.timer);
    watched.timer = null;
    watched.reading = true;
    watched.again = false;
    try {
      const found = await database.withTenant(tenant, ({ approvals }) => approvals.changing());
      const before = watched.marks;
      watched.marks = new Map(found.map(({ id, mark }) => [id, mark]));
      const changed = before === null ? [] : found.filter(({ id, mark }) => before.get(id) !== mark);
      if (changed.length > 0 || before === null) for (const listener of watched.listeners) listener(changed);
    } catch (error) {
      logger.debug("approvals could not be watched just now", { tenant, error });
    } finally {
      watched.reading = false;
    }
    if (tenants.get(tenant) !== watched) return;
    watched.timer = setTimeout(() => void read(tenant, watched), watched.again ? 0 : readEveryMs);
  };

  const begin = (tenant: TenantId): Watched => {
    const watched: Watched = {
      listeners: new Set(),
      marks: null,
      timer: null,
      reading: false,
      again: false,
    };
    tenants.set(tenant, watched);
    void read(tenant, watched);
    return watched;
  };

  return {
    watch(tenant, onChange) {
      const watched = tenants.get(tenant) ?? begin(tenant);
      watched.listeners.add(onChange);
      return () => {
        watched.listeners.delete(onChange);
        if (watched.listeners.size > 0 || tenants.get(tenant) !== watched) return;
        tenants.delete(tenant);
        if (watched.timer !== null) clearTimeout(watched.timer);
      };
    },
    changed(tenant) {
      const watched = tenants.get(tenant);
      if (!watched) return;
      if (watched.reading) watched.again = true;
      else void read(tenant, watched);
    },
  };
}
