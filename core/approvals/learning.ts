import { createHash } from "node:crypto";
import { v5 } from "uuid";
import type { Database } from "../database.ts";
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
import { type Access, citedSources, strictestOf } from "./cited-sources.ts";
import { durationMs } from "./duration.ts";
import type { VerifiedSource } from "./verified-answer.ts";
import { verifiedDocument } from "./verified-document.ts";

export interface LearningPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly blobs: Pick<BlobStore, "put">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly logger: Logger;
  /** Waited for after a change that is in force at once. Never rejects. */
  readonly onChanged: (tenant: TenantId) => Promise<void>;
}

type Learnable = Approval & {
  readonly answer: ProposedAnswer;
  readonly decision: ApprovalDecision;
  readonly departmentId: DepartmentId;
};

/** What is learned: with the citations and the access of its sources as they stand now. */
interface Knowledge extends Access {
  readonly approval: Learnable;
  readonly sources: readonly VerifiedSource[];
}

/** Approved answers as knowledge: each a document of its department, under the label and for the readers of its sources. */
export function createLearning(ports: LearningPorts): Learning {
  return {
    learn: (tenant, approval) => learn(ports, tenant, approval),
    forget: (tenant, approval, by) => forget(ports, tenant, approval, by),
  };
}

async function learn(ports: LearningPorts, tenant: TenantId, approval: Approval): Promise<void> {
  const { database, queue, logger } = ports;
  const known = await knowledgeOf(ports, tenant, approval);
  if (typeof known === "string") {
    logger.info("an approved answer is not learned", { approval: approval.id, why: known });
    return;
  }
  const registered = await register(ports, tenant, known);
  await keep(ports, tenant, known, registered);
  // Whoever took it back meanwhile found nothing yet to forget.
  const now = await database.withTenant(tenant, ({ approvals }) => approvals.find(approval.id));
  const { document, revision, outcome } = registered;
  if (now?.withdrawn) {
    await forget(ports, tenant, now, now.withdrawn.userId);
    await database.withTenant(tenant, ({ documents }) => documents.remove(document.id, []));
    return;
  }
  if (outcome === "unchanged") return;
  // A wake-up that is lost is found by the sweeper.
  await queue
    .enqueue(
      "ingestion",
      { tenantId: tenant, documentId: document.id, revision },
      { key: `ingestion-${document.id}-${String(revision)}` },
    )
    .catch(() => undefined);
}

/** What may be learned from an approval; else why nothing may. */
async function knowledgeOf(
  ports: LearningPorts,
  tenant: TenantId,
  approval: Approval,
): Promise<Knowledge | string> {
  const { answer, decision, departmentId } = approval;
  if (answer === null || decision === null) return "there is no answer";
  const before = await ports.database.withTenant(tenant, ({ verified }) =>
    verified.find(verifiedId(approval)),
  );
  if (before?.approvalId === approval.id && before.state !== "serving") return "it was taken back";
  if (before && before.approvedAt > decision.at) return "it was approved once more since";
  if (departmentId === null) return "it belongs to no department";
  if (await restsOnFile(ports, tenant, approval, decision)) return "it rests on a file of the asker's";
  const { citations, passages, sources } = await citedSources(ports, tenant, answer.citations);
  if (citations.length < answer.citations.length)
    return "what it rests on is gone, or was replaced since it was drafted";
  if (passages.some((passage) => passage.departmentId !== departmentId))
    return "it rests on documents of another department";
  const access = strictestOf(passages, approval);
  if (access.readers?.length === 0) return "nobody may read all that it rests on";
  return {
    approval: { ...approval, answer: { ...answer, citations }, decision, departmentId },
    sources,
    ...access,
  };
}

/** What an approver wrote instead is their own, whatever the draft rested on. */
async function restsOnFile(
  { database }: LearningPorts,
  tenant: TenantId,
  { id, answer }: Approval,
  { kind }: ApprovalDecision,
): Promise<boolean> {
  if (isFromFile(answer)) return true;
  if (kind === "corrected") return false;
  return isFromFile(await database.withTenant(tenant, ({ approvals }) => approvals.draft(id)));
}

const isFromFile = (answer: ProposedAnswer | null): boolean =>
  answer?.citations.some(({ link }) => link !== undefined) ?? false;

/** What is learned from an approval is named so. */
export const verifiedId = ({ id, reviewOf }: Pick<Approval, "id" | "reviewOf">): VerifiedAnswerId =>
  reviewOf ?? (v5("verified answer", id) as VerifiedAnswerId);

async function register(
  { database, blobs }: LearningPorts,
  tenant: TenantId,
  { approval, label: sensitivity, readers }: Knowledge,
): Promise<RegisteredUpload> {
  const { decision, departmentId } = approval;
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
  { approval, sources }: Knowledge,
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
  // A later approval of it stands on its own; a review that does not approve it again ends the one before.
  if (!known || (known.approvalId !== approval.id && approval.state !== "rejected")) return;
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
