import type pg from "pg";
import type { AuditEvent } from "../../../core/audit/audit-event.ts";
import { newId, type TenantId } from "../../../core/ids.ts";
import type { Prisma, PrismaClient } from "../prisma/generated/client.ts";
import { translateError } from "../translate-error.ts";

export type Transaction = Prisma.TransactionClient;

/** Runs a console query as the tenant, in one transaction. */
export type PrismaRunner = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;

export interface PrismaSession {
  forTenant(tenant: TenantId): PrismaRunner;
  close(): Promise<void>;
}

/** Prisma over the application's pool, loaded at the first click: a question never waits for it. */
export function createPrismaSession(pool: pg.Pool): PrismaSession {
  // As long as the pool itself waits for a connection, and then for the slowest list.
  const { connectionTimeoutMillis: maxWait = 5_000 } = pool.options;
  const patience = { maxWait, timeout: 3 * maxWait };
  let loading: Promise<PrismaClient> | undefined;

  async function load(): Promise<PrismaClient> {
    const [{ PrismaClient: Client }, { PrismaPg }] = await Promise.all([
      import("../prisma/generated/client.ts"),
      import("@prisma/adapter-pg"),
    ]);
    return new Client({ adapter: new PrismaPg(pool) });
  }

  return {
    forTenant: (tenant) => async (work) => {
      loading ??= load();
      const client = await loading;
      try {
        return await client.$transaction(async (transaction) => {
          await transaction.$executeRaw`select set_config('app.tenant_id', ${tenant}, true)`;
          return await work(transaction);
        }, patience);
      } catch (error) {
        throw translateError(error);
      }
    },
    async close() {
      if (loading) await (await loading).$disconnect();
    },
  };
}

/** Writes audit events in the transaction of what they tell of. */
export async function writeAudit(
  transaction: Transaction,
  tenant: TenantId,
  events: readonly AuditEvent[],
): Promise<void> {
  await transaction.auditEvent.createMany({
    data: events.map((event) => ({
      id: newId(),
      tenantId: tenant,
      event: event.event,
      status: event.status,
      userId: event.userId,
      resourceType: event.resourceType ?? null,
      resourceId: event.resourceId ?? null,
      model: event.model ?? null,
      requestHash: event.requestHash ?? null,
      latencyMs: event.latencyMs ?? null,
      metadata: (event.metadata ?? {}) as Prisma.InputJsonObject,
    })),
  });
}
