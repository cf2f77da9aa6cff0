import { createHash } from "node:crypto";
import { v5 } from "uuid";
import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import type { People } from "../identity/directory.ts";
import {
  type DepartmentId,
  type DocumentId,
  newId,
  type TenantId,
  type UserId,
  type VerifiedAnswerId,
} from "../ids.ts";
import type { BlobStore } from "../knowledge/blob-store.ts";
import { sensitivities } from "../identity/access.ts";
import type { RegisteredUpload } from "../knowledge/document-store.ts";
import type { Logger } from "../logger.ts";
import type { Queue } from "../queue.ts";
import type { Approval, ApprovalDecision, ProposedAnswer } from "./approval.ts";
import type { Learning } from "./approval-ports.ts";
import { durationMs } from "./duration.ts";
import type { VerifiedSource } from "./verified-answer.ts";
import { verifiedDocument } from "./verified-document.ts";

export interface LearningPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly blobs: Pick<BlobStore, "put">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly people: Pick<People, "identify">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Waited for after a change that is in force at once. Never rejects. */
  readonly onChanged: (tenant: TenantId) => Promise<void>;
}

type Learnable = Approval & {
  readonly answer: ProposedAnswer;
  readonly decision: ApprovalDecision;
  readonly departmentId: DepartmentId;
};

/** Approved answers as knowledge: each a document of its department, under the label and for the readers of its sources. */
export function createLearning(ports: LearningPorts): Learning {
  return {
    async learn(tenant, approval) {
      const known = learnable(approval);
      if (!known) return;
      const sources = await sourcesOf(ports, tenant, known);
      if (sources === null) return;
      const registered = await register(ports, tenant, known);
      await keep(ports, tenant, known, sources, registered);
      const { document, revision, outcome } = registered;
      if (outcome === "unchanged") return;
      // A wake-up that is lost is found by the sweeper.
      await ports.queue
        .enqueue(
          "ingestion",
          { tenantId: tenant, documentId: document.id, revision },
          { key: `ingestion-${document.id}-${String(revision)}` },
        )
        .catch(() => undefined);
    },
    forget: (tenant, approval, by) => forget(ports, tenant, approval, by),
  };
}

/** Null where the answer is nobody else's: it rests on a file of the asker's, or belongs to no department. */
function learnable(approval: Approval): Learnable | null {
  const { answer, decision, departmentId } = approval;
  if (answer === null || decision === null || departmentId === null) return null;
  if (answer.citations.some(({ link }) => link !== undefined)) return null;
  return { ...approval, answer, decision, departmentId };
}

/** What the answer rests on, as it is now; null where a source is gone or was never the approver's to read. */
async function sourcesOf(
  { database, people, logger }: LearningPorts,
  tenant: TenantId,
  { id, answer, decision }: Learnable,
): Promise<readonly VerifiedSource[] | null> {
  const identity = await people.identify(tenant, decision.by);
  const ids = [...new Set(answer.citations.map(({ documentId }) => documentId))];
  const documents = await database.withTenant(tenant, ({ library }) =>
    Promise.all(ids.map((source) => (identity ? library.get(identity.scope, source) : null))),
  );
  const sources = documents.flatMap((document) =>
    document === null ? [] : [{ documentId: document.id, contentHash: document.contentHash }],
  );
  if (sources.length === ids.length) return sources;
  logger.info("an approved answer is not learned: a document that it rests on is gone", { approval: id });
  return null;
}

const verifiedId = ({ id, reviewOf }: Approval): VerifiedAnswerId =>
  reviewOf ?? (v5("verified answer", id) as VerifiedAnswerId);

async function register(
  { database, blobs }: LearningPorts,
  tenant: TenantId,
  approval: Learnable,
): Promise<RegisteredUpload> {
  const { decision, departmentId, label: sensitivity, readers } = approval;
  const content = new TextEncoder().encode(verifiedDocument(approval));
  const contentHash = createHash("sha256").update(content).digest("hex");
  await blobs.put(tenant, contentHash, content);
  return await database.withTenant(tenant, ({ documents }) =>
    documents.register(
      {
        id: newId<DocumentId>(),
        departmentId,
        name: `verified/${verifiedId(approval)}.md`,
        mediaType: "text/markdown",
        sizeBytes: content.byteLength,
        contentHash,
        sensitivity,
        readers,
        uploadedBy: decision.by,
        kind: "verified",
        // The product's own: whoever approves it again replaces it.
        rights: { lead: true, labels: sensitivities, principals: readers ?? [] },
      },
      [],
    ),
  );
}

async function keep(
  { database }: LearningPorts,
  tenant: TenantId,
  approval: Learnable,
  sources: readonly VerifiedSource[],
  { document }: RegisteredUpload,
): Promise<void> {
  const { turnId, language, question, answer, decision, departmentId, policy } = approval;
  const id = verifiedId(approval);
  await database.withTenant(tenant, ({ verified }) =>
    verified.keep(
      {
        id,
        approvalId: approval.id,
        turnId,
        documentId: document.id,
        departmentId,
        language,
        question,
        answer,
        sources,
        approvedBy: decision.by,
        approvedAt: decision.at,
        expiresAt: new Date(decision.at.getTime() + durationMs(policy.verified_for)),
      },
      [
        {
          event: "knowledge.verified",
          status: "success",
          userId: decision.by,
          resourceType: "verified_answer",
          resourceId: id,
          metadata: { approval: approval.id, document: document.id, departmentId },
        },
      ],
    ),
  );
}

async function forget(
  { database, onChanged }: LearningPorts,
  tenant: TenantId,
  approval: Approval,
  by: UserId,
): Promise<void> {
  const id = verifiedId(approval);
  const known = await database.withTenant(tenant, ({ verified }) => verified.find(id));
  // A later approval of it stands on its own.
  if (!known || (known.approvalId !== approval.id && approval.reviewOf === null)) return;
  const removed = await database.withTenant(tenant, async ({ verified, documents }) => {
    await verified.end(id, "withdrawn", [
      {
        event: "knowledge.withdrawn",
        status: "success",
        userId: by,
        resourceType: "verified_answer",
        resourceId: id,
        metadata: { approval: approval.id },
      },
    ]);
    return await documents.remove(known.documentId, []);
  });
  if (removed) await onChanged(tenant);
}
