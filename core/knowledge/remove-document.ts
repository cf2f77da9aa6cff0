import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { DocumentId, TenantId } from "../ids.ts";
import type { Identity } from "../identity/directory.ts";
import { canRemove } from "../identity/policy.ts";
import type { KnowledgeDocument } from "./document.ts";
import { enqueueIngestion, type UploadPorts } from "./upload-document.ts";
import type { RegisteredUpload } from "./document-store.ts";

interface RemovePorts {
  readonly database: Pick<Database, "withTenant">;
  /** Waited for after the removal. Never rejects. */
  readonly onChanged?: (tenant: TenantId) => Promise<void>;
}

/** A document that this person may read. Throws `not_found`, also where it exists but is not for them. */
export async function readableDocument(
  { database }: Pick<RemovePorts, "database">,
  { member, scope }: Identity,
  id: DocumentId,
): Promise<KnowledgeDocument> {
  const document = await database.withTenant(member.tenantId, ({ library }) => library.get(scope, id));
  if (!document) {
    throw new ExpertError("not_found", "This document does not exist, or is not for you to read.", {
      remedy: "It may have been removed. Ask again to see what is there now.",
    });
  }
  return document;
}

/** Removes a document with every passage, and the verified answer that it stands for; its file goes with the next look for unused ones. Throws `not_found` or `forbidden`. */
export async function removeDocument(ports: RemovePorts, identity: Identity, id: DocumentId): Promise<void> {
  const { member } = identity;
  const document = await changeableDocument(ports, identity, id);
  if (document.kind === "verified") await endVerified(ports, identity, id);
  const removed = await ports.database.withTenant(member.tenantId, ({ documents }) =>
    documents.remove(id, [
      {
        event: "doc.deleted",
        status: "success",
        userId: member.id,
        resourceType: "document",
        resourceId: id,
        metadata: { name: document.name, departmentId: document.departmentId },
      },
    ]),
  );
  if (removed) await ports.onChanged?.(member.tenantId);
}

/** Whoever removes the document of a verified answer takes the answer back as knowledge. */
async function endVerified(
  { database }: Pick<RemovePorts, "database">,
  { member }: Identity,
  id: DocumentId,
): Promise<void> {
  await database.withTenant(member.tenantId, async ({ verified }) => {
    for (const answer of await verified.among([id], beforeAll)) {
      await verified.end(answer.id, "withdrawn", [
        {
          event: "knowledge.withdrawn",
          status: "success",
          userId: member.id,
          resourceType: "verified_answer",
          resourceId: answer.id,
          metadata: { approval: answer.approvalId, document: id },
        },
      ]);
    }
  });
}

/** None has expired then. */
const beforeAll = new Date(0);

/** Has a failed document ingested once more. Throws `not_found`, `forbidden` or `conflict` (it has not failed). */
export async function retryDocument(
  ports: Pick<UploadPorts, "database" | "queue">,
  identity: Identity,
  id: DocumentId,
): Promise<RegisteredUpload> {
  await changeableDocument(ports, identity, id);
  const retried = await ports.database.withTenant(identity.member.tenantId, ({ documents }) =>
    documents.retry(id),
  );
  if (!retried) {
    throw new ExpertError("conflict", "Only a document that has failed can be tried again.", {
      remedy: "Look at its state: it may be ready by now.",
    });
  }
  await enqueueIngestion(ports, identity, retried);
  return retried;
}

async function changeableDocument(
  ports: Pick<RemovePorts, "database">,
  identity: Identity,
  id: DocumentId,
): Promise<KnowledgeDocument> {
  const document = await readableDocument(ports, identity, id);
  if (canRemove(identity.member, identity.scope, document)) return document;
  throw new ExpertError("forbidden", "Only whoever uploaded it, or a lead of the department, may do this.", {
    remedy: "Ask a lead of the department.",
  });
}
