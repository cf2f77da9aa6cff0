import { Router } from "express";
import { z } from "zod";
import type { AuditLog } from "../../../core/audit/audit-event.ts";
import type { Database } from "../../../core/database.ts";
import type { DepartmentId, DocumentId, TenantId } from "../../../core/ids.ts";
import type { BlobStore } from "../../../core/knowledge/blob-store.ts";
import { documentStates } from "../../../core/knowledge/document.ts";
import { readableDocument, removeDocument, retryDocument } from "../../../core/knowledge/remove-document.ts";
import { uploadDocument } from "../../../core/knowledge/upload-document.ts";
import type { Queue } from "../../../core/queue.ts";
import { identityOf } from "../authenticate.ts";
import { uploadFieldsSchema } from "../contract/knowledge.ts";
import { pageQuerySchema } from "../contract/page.ts";
import { parseInput } from "../http-errors.ts";
import { presentDepartment, presentDocument, presentPassage } from "../present.ts";
import { readUpload } from "../upload.ts";

export interface DocumentPorts {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly queue: Queue;
  readonly audit: AuditLog;
  readonly onChanged?: (tenant: TenantId) => Promise<void>;
}

const listQuerySchema = pageQuerySchema.extend({
  departmentId: z.uuid().optional(),
  state: z.enum(documentStates).optional(),
});

const documentId = (value: unknown): DocumentId => parseInput(z.uuid(), value) as DocumentId;

/** Departments and the documents that this person may read. */
export function documentRoutes(
  ports: DocumentPorts,
  { uploadLimitBytes }: { readonly uploadLimitBytes: number },
): Router {
  const { database, blobs, audit } = ports;
  const router = Router();

  router.get("/departments", async (request, response) => {
    const identity = identityOf(request);
    const counts = await database.withTenant(identity.member.tenantId, ({ library }) =>
      library.counts(identity.scope),
    );
    const readable = identity.departments.filter(({ id }) => identity.scope.departments.has(id));
    response.json({
      items: readable.map((department) =>
        presentDepartment(identity, department, counts.get(department.id) ?? 0),
      ),
    });
  });

  router.get("/documents", async (request, response) => {
    const identity = identityOf(request);
    const { cursor, query, limit, departmentId, state } = parseInput(listQuerySchema, request.query);
    const page = await database.withTenant(identity.member.tenantId, ({ library }) =>
      library.list(identity.scope, {
        departmentId: (departmentId ?? null) as DepartmentId | null,
        state: state ?? null,
        text: query ?? null,
        cursor: cursor ?? null,
        limit,
      }),
    );
    response.json({
      items: page.items.map((document) => presentDocument(identity, document)),
      nextCursor: page.nextCursor,
    });
  });

  router.post("/documents", async (request, response) => {
    const identity = identityOf(request);
    const { fields, ...file } = await readUpload(request, uploadLimitBytes);
    const { departmentId, sensitivity } = parseInput(uploadFieldsSchema, fields);
    const { document, outcome } = await uploadDocument(ports, {
      ...file,
      identity,
      departmentId: departmentId as DepartmentId,
      sensitivity,
    });
    response.status(202).json({ document: presentDocument(identity, document), outcome });
  });

  router.get("/documents/:id", async (request, response) => {
    const identity = identityOf(request);
    response.json(
      presentDocument(identity, await readableDocument(ports, identity, documentId(request.params.id))),
    );
  });

  router.get("/documents/:id/passages", async (request, response) => {
    const identity = identityOf(request);
    const { tenantId, id: userId } = identity.member;
    const document = await readableDocument(ports, identity, documentId(request.params.id));
    await audit.append(tenantId, [
      { event: "doc.access", status: "success", userId, resourceType: "document", resourceId: document.id },
    ]);
    const passages = await database.withTenant(tenantId, ({ library }) => library.passages(document.id));
    response.json({ document: presentDocument(identity, document), passages: passages.map(presentPassage) });
  });

  router.get("/documents/:id/file", async (request, response) => {
    const identity = identityOf(request);
    const { tenantId, id: userId } = identity.member;
    const document = await readableDocument(ports, identity, documentId(request.params.id));
    await audit.append(tenantId, [
      {
        event: "doc.access",
        status: "success",
        userId,
        resourceType: "document",
        resourceId: document.id,
        metadata: { original: true },
      },
    ]);
    const content = await blobs.get(tenantId, document.contentHash);
    // Never shown by the browser as a page of ours, whatever it holds.
    response
      .set({
        "content-type": "application/octet-stream",
        "content-security-policy": "sandbox; default-src 'none'",
      })
      .attachment(document.name.split("/").at(-1) ?? "document")
      .type("application/octet-stream")
      .send(Buffer.from(content));
  });

  router.post("/documents/:id/retry", async (request, response) => {
    const identity = identityOf(request);
    const { document } = await retryDocument(ports, identity, documentId(request.params.id));
    response.status(202).json(presentDocument(identity, document));
  });

  router.delete("/documents/:id", async (request, response) => {
    await removeDocument(ports, identityOf(request), documentId(request.params.id));
    response.status(204).end();
  });
  return router;
}
