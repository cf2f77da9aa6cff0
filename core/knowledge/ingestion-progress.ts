import type { Database } from "../database.ts";
import { isExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { DocumentState, KnowledgeDocument } from "./document.ts";

const pauseMs = 100;
const pageSize = 100;

/**
 * Waits until none of the documents that the person may read is on its way, telling how many are.
 * Resolves false where that takes longer than `limitMs`; ingestion goes on all the same. While the database is away,
 * nothing is known, and it is asked again.
 */
export async function waitForIngestion(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  identity: Identity,
  { limitMs, onProgress }: { readonly limitMs: number; readonly onProgress: (remaining: number) => void },
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += pauseMs) {
    const askedAt = performance.now();
    const remaining = await countRemaining(database, identity).catch((error: unknown) => {
      if (isExpertError(error, "database_unavailable")) return null;
      throw error;
    });
    if (remaining === 0) return true;
    if (remaining === null) waitedMs += performance.now() - askedAt;
    else onProgress(remaining);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return false;
}

async function countRemaining(database: Pick<Database, "withTenant">, identity: Identity): Promise<number> {
  // One after the other, in the order in which documents pass them: none slips through between the two.
  const pending = await listed(database, identity, "pending");
  return pending.length + (await listed(database, identity, "processing")).length;
}

async function listed(
  database: Pick<Database, "withTenant">,
  { member, scope }: Identity,
  state: DocumentState,
): Promise<readonly KnowledgeDocument[]> {
  const query = { departmentId: null, state, text: null, cursor: null, limit: pageSize };
  return (await database.withTenant(member.tenantId, ({ library }) => library.list(scope, query))).items;
}
