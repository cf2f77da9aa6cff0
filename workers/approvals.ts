import type { ApprovalPorts } from "../core/approvals/approval-ports.ts";
import { takeApprovalStep } from "../core/approvals/take-step.ts";
import type { ApprovalId, TenantId } from "../core/ids.ts";
import type { Queue, QueueWorker } from "../core/queue.ts";

export interface ApprovalWorkerParts {
  readonly queue: Queue;
  readonly approvals: ApprovalPorts;
}

/** Offers approvals, reminds, asks the next level, and carries out what was decided. */
export const workApprovals = ({ queue, approvals }: ApprovalWorkerParts): Promise<QueueWorker> =>
  queue.process(
    "approval",
    (job) => takeApprovalStep(approvals, job.tenantId as TenantId, job.approvalId as ApprovalId),
    { concurrency: 8, attempts: 3, retryDelayMs: 1_000 },
  );
