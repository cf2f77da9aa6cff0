import type { AuditEvent } from "../audit/audit-event.ts";
import type { Page } from "../conversation/conversation-store.ts";
import type { NewDispatch } from "../dispatch/dispatch.ts";
import type {
  ConnectionId,
  ConversationId,
  DepartmentId,
  EscalationId,
  EscalationLinkId,
  TurnId,
  UserId,
} from "../ids.ts";
import type { Escalation, EscalationLink, EscalationState, Raised } from "./escalation.ts";
import type { ExternalChange } from "./external-change.ts";
import type { EscalationTrigger } from "./trigger.ts";

/** An escalation as it begins; the rest is the question's. */
export type NewEscalation = Pick<
  Escalation,
  | "id"
  | "turnId"
  | "approvalId"
  | "handoffId"
  | "departmentId"
  | "named"
  | "question"
  | "label"
  | "readers"
  | "severity"
  | "policy"
> & {
  readonly raised: Raised;
  readonly links: readonly Pick<EscalationLink, "id" | "kind" | "connectionId" | "key">[];
};

/** What of a question would have escalated: for looking at a policy before it is kept. */
export interface PastQuestion {
  readonly turnId: TurnId;
  readonly question: string;
  readonly askedAt: Date;
  /** What happened to it, but for `critical`, which the policy's words say. */
  readonly triggers: readonly EscalationTrigger[];
}

/** How something stands at its vendor, whose id of it may be unknown. */
export type KeptChange = Omit<ExternalChange, "comments" | "answer" | "externalId"> & {
  readonly externalId: string | null;
};

/** Escalations and what stands for them elsewhere. Each method is one transaction. */
export interface EscalationStore {
  find(id: EscalationId): Promise<Escalation | null>;
  ofTurn(id: TurnId): Promise<Escalation | null>;
  /** The newest of a thread's, of those that are not resolved where there are such; null where it has none. */
  ofConversation(id: ConversationId): Promise<Escalation | null>;
  /** By a link's id, or by what its vendor calls it. */
  ofLink(
    link:
      | EscalationLinkId
      | {
          readonly connectionId: ConnectionId;
          readonly externalId: string | null;
          readonly key: string | null;
        },
  ): Promise<Escalation | null>;
  /**
   * Raises one, with the calls that it asks for, or adds to that of the same question what it lacks: a trigger that it does
   * not have, a stricter severity, a link of a kind that it has none of, and that link's calls. A resolved one is open again. With the
   * audit events where anything is new. `fresh`: it did not stand before; `changed`: anything is new.
   */
  raise(
    escalation: NewEscalation,
    dispatches: readonly NewDispatch[],
    audit: readonly AuditEvent[],
  ): Promise<{ readonly escalation: Escalation; readonly fresh: boolean; readonly changed: boolean }>;
  /** What its vendor calls it, once it is known: from `pending` or `failed` to `open`; else it only fills in what is unknown. */
  linkMade(
    id: EscalationLinkId,
    made: Pick<EscalationLink, "externalId" | "externalKey" | "url">,
    audit: readonly AuditEvent[],
  ): Promise<Escalation | null>;
  /**
   * Has a link stand for something new that is named by another key: what its vendor called the old one and how that stood is
   * forgotten. Null where it has this key already.
   */
  renewLink(id: EscalationLinkId, key: string): Promise<Escalation | null>;
  linkFailed(id: EscalationLinkId, error: string): Promise<Escalation | null>;
  /** From `open` or `acknowledged` to `failed`: what it named is gone at its vendor. Null where it stands otherwise. */
  linkGone(id: EscalationLinkId, error: string, audit: readonly AuditEvent[]): Promise<Escalation | null>;
  /**
   * Takes in how it stands at its vendor, unless something newer was taken in before: the link, and with it the escalation:
   * the first link that is acknowledged acknowledges it; it is resolved once every link that is not `failed` is, and open again
   * where one opens again after that. Null where it is older, or changes nothing; `before`: as the link was.
   */
  change(
    id: EscalationLinkId,
    change: KeptChange,
    audit: readonly AuditEvent[],
  ): Promise<{ readonly escalation: Escalation; readonly before: EscalationLink } | null>;
  /** By hand, here: from any state but this one, with the calls that it asks for. Null where it is in this state already. */
  setState(
    id: EscalationId,
    to: EscalationState,
    by: { readonly userId: UserId; readonly name: string },
    dispatches: readonly NewDispatch[],
    audit: readonly AuditEvent[],
  ): Promise<Escalation | null>;
  /** Notes who was asked for the answer; false where somebody was before. */
  wantAnswer(id: EscalationId, from: UserId): Promise<boolean>;
  /** Those of these departments (null among them: of none), newest first. */
  list(query: {
    readonly departments: readonly (DepartmentId | null)[];
    readonly states: readonly EscalationState[];
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<Page<Escalation>>;
  /** Links of a connection that are neither resolved nor failed and have an external id or were made, oldest look first. */
  openLinks(connection: ConnectionId, limit: number): Promise<readonly EscalationLink[]>;
  /** The department's last questions, newest first. */
  history(department: DepartmentId, limit: number): Promise<readonly PastQuestion[]>;
}
