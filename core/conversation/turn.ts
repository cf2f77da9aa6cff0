import type { ConversationId, DepartmentId, TenantId, TurnId, UserId } from "../ids.ts";
import type { Language } from "../text/language.ts";

/** The states of a turn, in the order in which it passes them; the last five are ends. */
export const turnStates = [
  "received",
  "routed",
  "retrieved",
  "drafted",
  "checked",
  "answered",
  "not_found",
  /** For an expert; what they decide makes it `answered` or `not_found`. */
  "waiting",
  "failed",
  "cancelled",
] as const;
export type TurnState = (typeof turnStates)[number];

const ends: ReadonlySet<TurnState> = new Set(["answered", "not_found", "waiting", "failed", "cancelled"]);
export const isFinished = (state: TurnState): boolean => ends.has(state);

/** An earlier question of the conversation and what was answered. */
export interface Exchange {
  readonly question: string;
  readonly answer: string | null;
}

export interface TurnIdentity {
  readonly id: TurnId;
  readonly tenantId: TenantId;
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly question: string;
  /** The department asked, or null where the router has still to choose. */
  readonly departmentId: DepartmentId | null;
  readonly language: Language;
}
