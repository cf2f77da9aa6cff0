import { createHash } from "node:crypto";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { Database } from "../database.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import { type DepartmentId, type DocumentId, newId, type TenantId } from "../ids.ts";
import { type Sensitivity, sensitivities, strictness } from "../identity/access.ts";
import type { Identity } from "../identity/directory.ts";
import { canUpload } from "../identity/policy.ts";
import type { Queue } from "../queue.ts";
import type { BlobStore } from "./blob-store.ts";
import type { RegisteredUpload, UploaderRights } from "./document-store.ts";

export interface Upload {
  readonly identity: Identity;
  readonly departmentId: DepartmentId;
  /** The file's name, or its path inside the department's folder, with `/`. */
  readonly name: string;
  readonly mediaType: string;
  readonly sensitivity: Sensitivity;
  readonly content: Uint8Array;
}

export interface UploadPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly blobs: Pick<BlobStore, "put">;
  readonly queue: Pick<Queue, "enqueue">;
  /** Waited for after a change that is in force at once: a label's. Never rejects. */
  readonly onChanged?: (tenant: TenantId) => Promise<void>;
}

const nameLengthLimit = 255;

/**
 * Keeps a file and has it ingested. The same content under the same name changes nothing; other content replaces it.
 * Throws `department_unknown`, `forbidden` (also where the name is that of a document that the person may not replace),
 * `invalid_input` (the name), `document_empty` or `storage_full`.
 */
export async function uploadDocument(ports: UploadPorts, upload: Upload): Promise<RegisteredUpload> {
  const { member } = upload.identity;
  requirePermission(upload);
  const name = documentName(upload.name);
  if (upload.content.byteLength === 0) {
    throw new ExpertError("document_empty", `“${name}” is empty.`, {
      remedy: "Choose a file that has content.",
    });
  }
  const contentHash = createHash("sha256").update(upload.content).digest("hex");
  const told = (status: AuditEvent["status"], more: AuditEvent["metadata"] = {}): AuditEvent => ({
    event: "doc.upload",
    status,
    userId: member.id,
    resourceType: "document",
    requestHash: contentHash,
    metadata: { name, departmentId: upload.departmentId, sensitivity: upload.sensitivity, ...more },
  });
  const tell = (event: AuditEvent): Promise<void> =>
    ports.database.withTenant(member.tenantId, ({ audit }) => audit.append([event]));
  await tell(told("started"));
  try {
    const registered = await keep(ports, upload, { name, contentHash, audit: [told("success")] });
    if (registered.outcome === "unchanged") await tell(told("success", { outcome: "unchanged" }));
    else await enqueueIngestion(ports, upload.identity, registered);
    if (registered.outcome === "replaced") await ports.onChanged?.(member.tenantId);
    return registered;
  } catch (error) {
    const code = isExpertError(error) ? error.code : "internal";
    // Where the trail itself is away, the uploader is still told of what went wrong first.
    await tell(told("error", { code })).catch(() => undefined);
    throw error;
  }
}

async function keep(
  ports: UploadPorts,
  upload: Upload,
  { name, contentHash, audit }: { name: string; contentHash: string; audit: readonly AuditEvent[] },
): Promise<RegisteredUpload> {
  const { member } = upload.identity;
  await ports.blobs.put(member.tenantId, contentHash, upload.content);
  return await ports.database.withTenant(member.tenantId, ({ documents }) =>
    documents.register(
      {
        id: newId<DocumentId>(),
        departmentId: upload.departmentId,
        name,
        mediaType: upload.mediaType,
        sizeBytes: upload.content.byteLength,
        contentHash,
        sensitivity: upload.sensitivity,
        readers: null,
        uploadedBy: member.id,
        rights: rightsOf(upload),
      },
      audit,
    ),
  );
}

function rightsOf({ identity: { member, scope }, departmentId }: Upload): UploaderRights {
  const ceiling = scope.departments.get(departmentId);
  return {
    lead: member.departments.get(departmentId) === "lead",
    labels: sensitivities.filter(
      (label) => ceiling !== undefined && strictness(label) <= strictness(ceiling),
    ),
    principals: [...scope.principals],
  };
}

/** Wakes a worker; the sweeper finds the row where the queue is away. */
export async function enqueueIngestion(
  { queue }: Pick<UploadPorts, "queue">,
  { member }: Identity,
  { document, revision }: RegisteredUpload,
): Promise<void> {
  const job = { tenantId: member.tenantId, documentId: document.id, revision };
  await queue
    .enqueue("ingestion", job, { key: `ingestion-${document.id}-${String(revision)}` })
    .catch(() => undefined);
}

function requirePermission({ identity, departmentId, sensitivity }: Upload): void {
  const department = identity.departments.find(({ id }) => id === departmentId);
  if (!department || !identity.scope.departments.has(departmentId)) {
    throw new ExpertError("department_unknown", "There is no such department.", {
      remedy: "Pick a department from the list.",
    });
  }
  if (!canUpload(identity.member, department, sensitivity)) {
    throw new ExpertError("forbidden", `You may not add ${sensitivity} documents to ${department.name.en}.`, {
      remedy:
        sensitivity === "public"
          ? "Ask a member of the department to add it."
          : "Ask a lead of the department to add it, or choose a less strict label.",
    });
  }
}

/** A name without control characters, without a way out of its folder, and not too long to show. */
function documentName(name: string): string {
  const clean = name
    .normalize("NFC")
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, "")
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..")
    .join("/")
    .trim();
  if (clean === "" || clean.length > nameLengthLimit) {
    throw new ExpertError("invalid_input", "The file has no usable name.", {
      remedy: `Give it a name of 1 to ${String(nameLengthLimit)} characters.`,
    });
  }
  return clean;
}
