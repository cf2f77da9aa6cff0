import type { Database } from "../database.ts";
import type { Identity } from "../identity/directory.ts";
import type { DocumentState, KnowledgeDocument } from "./document.ts";

const pauseMs = 100;
const pageSize = 100;

/**
 * Waits until none of the documents that the person may read is on its way, telling how many are.
 * Resolves false where that takes longer than `limitMs`; ingestion goes on all the same.
 */
export async function waitForIngestion(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  identity: Identity,
  { limitMs, onProgress }: { readonly limitMs: number; readonly onProgress: (remaining: number) => void },
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += pauseMs) {
    // One after the other, in the order in which documents pass them: none slips through between the two.
    const pending = await listed(database, identity, "pending");
    const remaining = pending.length + (await listed(database, identity, "processing")).length;
    if (remaining === 0) return true;
    onProgress(remaining);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return false;
}

async function listed(
  database: Pick<Database, "withTenant">,
  { member, scope }: Identity,
  state: DocumentState,
): Promise<readonly KnowledgeDocument[]> {
  const query = { departmentId: null, state, text: null, cursor: null, limit: pageSize };
  return (await database.withTenant(member.tenantId, ({ library }) => library.list(scope, query))).items;
}
