import { LRUCache } from "lru-cache";
import type pg from "pg";
import type { Database, StaleJob, Stores } from "../../core/database.ts";
import { isExpertError } from "../../core/errors.ts";
import type { TenantId } from "../../core/ids.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import { conversationStore } from "./console/conversation-store.ts";
import { documentLibrary } from "./console/document-library.ts";
import { createPrismaSession } from "./console/prisma-session.ts";
import { approvalStore } from "./stores/approval-store.ts";
import { attachmentStore } from "./stores/attachment-store.ts";
import { auditStore } from "./stores/audit-store.ts";
import { budgetStore } from "./stores/budget-store.ts";
import { connectionStore } from "./stores/connection-store.ts";
import { conversationReferenceStore } from "./stores/conversation-reference-store.ts";
import { dispatchStore } from "./stores/dispatch-store.ts";
import { documentStore } from "./stores/document-store.ts";
import { escalationStore } from "./stores/escalation-store.ts";
import { eventStore } from "./stores/event-store.ts";
import { groupStore } from "./stores/group-store.ts";
import { handoffStore } from "./stores/handoff-store.ts";
import { identityStore } from "./stores/identity-store.ts";
import { installationStore } from "./stores/installation-store.ts";
import { memberStore } from "./stores/member-store.ts";
import { outboxStore } from "./stores/outbox-store.ts";
import { threadStore } from "./stores/thread-store.ts";
import { turnStore } from "./stores/turn-store.ts";
import { verifiedAnswerStore } from "./stores/verified-answer-store.ts";
import { tenantQuery, type TenantRunner } from "./tenant-query.ts";
import { translateError } from "./translate-error.ts";

interface StaleRow {
  tenant_id: string;
  kind: StaleJob["queue"];
  id: string | null;
  detail: string | null;
}

/** Bounds what one transaction reads and hashes: about a megabyte. */
const eventsPerSeal = 2_000;

/** The stores of a tenant hold no state of their own; this bounds only how many are kept ready. */
const storesKept = 1_000;

type Query = <Row extends pg.QueryResultRow>(config: pg.QueryConfig) => Promise<Row[]>;

/** The rows in PostgreSQL, reached as the application's role. */
export function createDatabase(
  pool: pg.Pool,
  logger: Logger = silentLogger,
): Database & { close(): Promise<void> } {
  const prisma = createPrismaSession(pool);
  const ready = new LRUCache<TenantId, Stores>({ max: storesKept });

  async function query<Row extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<Row[]> {
    try {
      return (await pool.query<Row>(config)).rows;
    } catch (error) {
      throw translateError(error);
    }
  }

  function storesOf(tenant: TenantId): Stores {
    const known = ready.get(tenant);
    if (known) return known;
    const run: TenantRunner = async (statement, values, durability) => {
      try {
        return await tenantQuery(pool, tenant, statement, values, durability);
      } catch (error) {
        throw translateError(error);
      }
    };
    const console = prisma.forTenant(tenant);
    const stores: Stores = {
      members: memberStore(run, logger),
      turns: turnStore(run),
      events: eventStore(run),
      threads: threadStore(run),
      attachments: attachmentStore(run),
      handoffs: handoffStore(run),
      approvals: approvalStore(run),
      escalations: escalationStore(run),
      connections: connectionStore(run),
      dispatches: dispatchStore(run),
      verified: verifiedAnswerStore(run),
      identities: identityStore(run),
      groups: groupStore(run),
      installations: installationStore(run),
      references: conversationReferenceStore(run),
      outbox: outboxStore(run),
      documents: documentStore(run),
      audit: auditStore(run),
      budgets: budgetStore(run),
      conversations: conversationStore(tenant, console),
      library: documentLibrary(console),
    };
    ready.set(tenant, stores);
    return stores;
  }

  return {
    withTenant: (tenant, work) => work(storesOf(tenant)),
    async tenants() {
      return await query<{ id: TenantId; slug: string }>({
        name: "tenants",
        text: "select id, slug from tenants where active order by created_at, id",
      });
    },
    async localAccounts() {
      const accounts = (await this.tenants()).map(({ id }) => storesOf(id).members.localAccounts());
      return (await Promise.all(accounts)).flat();
    },
    async tenantOfWorkspace(channel, workspaceId) {
      const [row] = await query<{ tenant: TenantId | null }>({
        name: "tenant_of_workspace",
        text: "select tenant_of_workspace($1, $2) as tenant",
        values: [channel, workspaceId],
      });
      return row?.tenant ?? null;
    },
    async staleJobs(idleForMs, atMost) {
      const rows = await query<StaleRow>({
        name: "stale_work",
        text: `
          select tenant_id, kind, id, detail from (
            select *, row_number() over (
              partition by kind, case kind when 'dispatch' then split_part(detail, '/', 1) end order by since) as place
            from stale_work($1 * interval '1 ms', $2)) stale
          where place <= $2 order by since`,
        values: [idleForMs, atMost],
      });
      return rows.map(presentStale);
    },
    async releaseHolds() {
      await query({ text: "select release_holds()" });
    },
    sealAudit: (atMost = eventsPerSeal) => sealTenants(query, atMost),
    close: () => prisma.close(),
  };
}

/** One transaction per batch; what is wrong with one tenant's trail keeps no other's from being sealed. */
async function sealTenants(query: Query, atMost: number): Promise<number> {
  const tenants = await query<{ tenant: TenantId }>({
    name: "audit_unsealed_tenants",
    text: "select audit_unsealed_tenants() as tenant",
  });
  const faults: unknown[] = [];
  let total = 0;
  for (const { tenant } of tenants) {
    try {
      for (let sealed = atMost; sealed >= atMost; total += sealed) {
        const [row] = await query<{ sealed: number }>({
          name: "audit_seal",
          text: "select audit_seal($1, $2) as sealed",
          values: [tenant, atMost],
        });
        sealed = row?.sealed ?? 0;
      }
    } catch (error) {
      if (isExpertError(error, "database_unavailable")) throw error;
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
  return total;
}

function presentStale({ tenant_id: tenantId, kind, id, detail }: StaleRow): StaleJob {
  switch (kind) {
    case "event":
      return { queue: kind, job: { tenantId, eventId: id ?? "" } };
    case "turn":
      return { queue: kind, job: { tenantId, turnId: id ?? "" } };
    case "ingestion":
      return { queue: kind, job: { tenantId, documentId: id ?? "", revision: Number(detail) } };
    case "approval":
      return { queue: kind, job: { tenantId, approvalId: id ?? "" } };
    case "dispatch":
      return { queue: kind, job: { tenantId, subject: detail ?? "" } };
    case "delivery":
      return { queue: kind, job: { tenantId, threadKey: detail ?? "" } };
  }
}
