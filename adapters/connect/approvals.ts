import type { ApprovalPorts } from "../../core/approvals/approval-ports.ts";
import { createLearning, type LearningPorts } from "../../core/approvals/learning.ts";
import type { TurnPorts } from "../../core/conversation/run-turn.ts";
import type { Database } from "../../core/database.ts";
import type { Config } from "../config.ts";
import { connectOnCall } from "./pagerduty.ts";

/** What approvals are carried through with in this process. */
export const connectApprovals = (
  ports: Omit<ApprovalPorts, "learning" | "onCall"> &
    LearningPorts & { readonly config: Config; readonly database: Pick<Database, "tenants"> },
): ApprovalPorts => ({ ...ports, onCall: connectOnCall(ports), learning: createLearning(ports) });

/** How turns ask for approval, and wake whoever offers it. */
export const approvalRequests = (ports: ApprovalPorts): NonNullable<TurnPorts["approvals"]> => ({
  ...ports,
  wake(tenantId, approvalId) {
    void ports.queue
      .enqueue("approval", { tenantId, approvalId }, { key: `approval-${approvalId}` })
      .catch(() => undefined);
  },
});
