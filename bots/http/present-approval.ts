import type { z } from "zod";
import type { Approval } from "../../core/approvals/approval.ts";
import type { ApprovalView } from "../../core/approvals/approval-view.ts";
import { decidedOf } from "../../core/approvals/present-approval.ts";
import type { Confidence } from "../../core/answering/confidence.ts";
import type { Identity } from "../../core/identity/directory.ts";
import type { approvalSchema, approvalSummarySchema } from "./contract/approval.ts";
import { presentAnswer } from "./present.ts";

const presentConfidence = ({
  value,
  level,
  reasons,
}: Confidence): z.infer<typeof approvalSchema>["confidence"] => ({
  value,
  level,
  reasons: reasons.map(({ code, effect, facts }) => ({ code, effect, facts: { ...facts } })),
});

/** An approval as one person sees it; where the thread is stays inside. */
export const presentApprovalDetail = (view: ApprovalView): z.infer<typeof approvalSchema> => ({
  approvalId: view.approvalId,
  turnId: view.turnId,
  state: view.state,
  version: view.version,
  revision: view.revision,
  why: view.why,
  askedBy: view.askedBy,
  department: view.department,
  language: view.language,
  question: view.question,
  channel: view.channel,
  answer: view.answer && presentAnswer(view.answer),
  confidence: presentConfidence(view.confidence),
  calibrated: view.calibrated && {
    probability: view.calibrated.probability,
    labels: view.calibrated.labels,
  },
  askedAt: view.askedAt,
  overdueAt: view.overdueAt,
  required: view.required,
  agreed: [...view.agreed],
  alsoAsked: view.alsoAsked,
  decided: view.decided && { ...view.decided },
  actions: [...view.actions],
});

/** A row of a list. */
export const presentApprovalSummary = (
  { departments }: Identity,
  approval: Approval,
): z.infer<typeof approvalSummarySchema> => ({
  approvalId: approval.id,
  state: approval.state,
  version: approval.version,
  why: approval.why,
  askedBy: approval.askedByName,
  department: departments.find(({ id }) => id === approval.departmentId)?.name[approval.language] ?? null,
  language: approval.language,
  question: approval.question,
  channel: approval.channel,
  confidence: presentConfidence(approval.confidence),
  askedAt: approval.createdAt.toISOString(),
  required: approval.policy.levels[approval.level]?.required ?? 1,
  agreed: approval.votes.map(({ name }) => name),
  decided: decidedOf(approval),
});
