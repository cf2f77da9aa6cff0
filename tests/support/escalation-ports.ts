import type { ApprovalPorts } from "../../core/approvals/approval-ports.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import { createFakeBlobStore } from "../fakes/blob-store.ts";
import { approvalPorts } from "./approval-ports.ts";

const unexpected = (): never => {
  throw new Error("no outside system was expected to be called");
};

/** Escalations whose calls to outside systems are written down and not made, and whose pages have no address. */
export const escalationPorts = (
  ports: Pick<ApprovalPorts, "database" | "queue" | "people" | "clock">,
): EscalationPorts => ({
  ...approvalPorts(ports),
  systems: { tickets: unexpected, pager: unexpected },
  blobs: createFakeBlobStore(),
  pages: { conversation: () => null, approval: () => null, escalation: () => null, source: () => null },
});
