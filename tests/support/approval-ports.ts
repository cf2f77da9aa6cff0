import type { ApprovalPorts } from "../../core/approvals/approval-ports.ts";
import { createLearning } from "../../core/approvals/learning.ts";
import { silentLogger } from "../../core/logger.ts";
import { createFakeBlobStore } from "../fakes/blob-store.ts";

/** Approvals where nobody is reached on any channel, and no pager is configured. */
export function approvalPorts(
  ports: Pick<ApprovalPorts, "database" | "queue" | "people" | "clock">,
): ApprovalPorts {
  const shared = { ...ports, logger: silentLogger };
  const learning = createLearning({
    ...shared,
    blobs: createFakeBlobStore(),
    onChanged: () => Promise.resolve(),
  });
  return { ...shared, reach: new Map(), onCall: null, learning };
}
