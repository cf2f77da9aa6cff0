import type { DepartmentId, TenantId, UserId } from "../ids.ts";

/** `interactive`: somebody waits for it. `batch`: it may wait, as ingestion and evaluation do. */
export type Urgency = "interactive" | "batch";

/** In whose name a model is called: what shares it fairly, and what it may cost. */
export interface ModelCall {
  readonly tenantId: TenantId;
  /** Null where nobody asks in person, as in ingestion. */
  readonly userId: UserId | null;
  readonly departmentId: DepartmentId | null;
  readonly urgency: Urgency;
}
