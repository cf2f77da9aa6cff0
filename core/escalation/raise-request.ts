import type { Access } from "../approvals/cited-sources.ts";
import type { ApprovalId, DepartmentId, HandoffId, TenantId, TurnId, UserId } from "../ids.ts";
import type { EscalationTrigger } from "./trigger.ts";

/** That something has happened to a question which its department may want to escalate. */
export interface RaiseRequest {
  readonly trigger: EscalationTrigger;
  readonly turnId: TurnId;
  /** Who did it; null where nobody did. */
  readonly by: UserId | null;
  /** Absent: the question's, where it has one. */
  readonly approvalId?: ApprovalId;
  readonly handoffId?: HandoffId;
  /** While the question is being answered, and its row does not tell yet: its department, and what its draft rests on. */
  readonly departmentId?: DepartmentId;
  readonly access?: Access;
  /** Whether everyone who reads the thread may know names; absent: as its approval says, else where its asker alone reads it. */
  readonly named?: boolean;
  /** The word that makes it critical. */
  readonly word?: string;
}

/**
 * Raises what the department's policy wants for it; again it changes nothing. Throws only what is worth another try
 * (`database_unavailable`, `storage_full`).
 */
export type Escalate = (tenant: TenantId, request: RaiseRequest) => Promise<void>;
