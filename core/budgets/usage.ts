import type { DepartmentId, UserId } from "../ids.ts";
import type { Urgency } from "../inference/model-call.ts";

/** One call of a model that is over. */
export interface UsageRecord {
  /** A UUID: what is recorded twice counts once. */
  readonly id: string;
  readonly at: Date;
  readonly departmentId: DepartmentId | null;
  readonly userId: UserId | null;
  readonly urgency: Urgency;
  readonly kind: "chat" | "embedding";
  readonly model: string;
  readonly outcome: "done" | "failed" | "stopped" | "refused";
  /** Estimated where `counted` is false: the server did not say. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly counted: boolean;
}

export interface UsageReportRequest {
  /** Days of the company that begin in [from, to). */
  readonly from: Date;
  readonly to: Date;
  readonly by: "day" | "department" | "person" | "model";
  /** Only calls in these departments' names; null: all calls. */
  readonly departments: readonly DepartmentId[] | null;
  /** `questions`: only chat calls that people wait for. */
  readonly calls: "all" | "questions";
}

export interface UsageLine {
  /** The day as YYYY-MM-DD, the id, or the model's name; null: in nobody's or no department's name. */
  readonly key: string | null;
  /** Chats; embeddings add their tokens alone, as in a budget. */
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of the requests, those that a budget refused. */
  readonly refused: number;
  /** Of the requests, those whose tokens are estimated. */
  readonly estimated: number;
}

export interface UsageReport {
  readonly lines: readonly UsageLine[];
  readonly total: Omit<UsageLine, "key">;
}
