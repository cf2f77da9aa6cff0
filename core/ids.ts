import { v7 } from "uuid";

declare const brand: unique symbol;
/** A UUID that the compiler will not take for another kind of UUID. */
type Id<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Id<"tenant">;
export type UserId = Id<"user">;
export type DepartmentId = Id<"department">;
export type ConversationId = Id<"conversation">;
export type TurnId = Id<"turn">;
export type DocumentId = Id<"document">;
export type PassageId = Id<"passage">;
export type DeliveryId = Id<"delivery">;
export type HandoffId = Id<"handoff">;
export type ApprovalId = Id<"approval">;
export type VerifiedAnswerId = Id<"verified answer">;
export type EscalationId = Id<"escalation">;
export type EscalationLinkId = Id<"escalation link">;
export type ConnectionId = Id<"connection">;
export type DispatchId = Id<"dispatch">;
export type AttachmentId = Id<"attachment">;

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A new UUIDv7: ordered by time of creation. */
export const newId = <T extends string>(): T => v7() as T;

export const isId = (value: string): boolean => pattern.test(value);
