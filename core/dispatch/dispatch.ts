import type { ApprovalId, ConnectionId, DispatchId, EscalationLinkId } from "../ids.ts";

/** What is to be done in an outside system. */
export type DispatchBody =
  | { readonly kind: "ticket_create"; readonly linkId: EscalationLinkId }
  | {
      readonly kind: "ticket_comment";
      readonly linkId: EscalationLinkId;
      readonly by: string;
      /** Markdown. */
      readonly text: string;
      /** In place of the text: the answer that was given by it, as far as it may leave when it is written. */
      readonly answers?: ApprovalId;
    }
  | {
      readonly kind: "ticket_transition";
      readonly linkId: EscalationLinkId;
      readonly to: "acknowledge" | "resolve";
    }
  | {
      readonly kind: "page_trigger";
      readonly linkId: EscalationLinkId;
      /** It was raised again after it was settled: whoever is on call is paged once more. */
      readonly again?: true;
    }
  | { readonly kind: "page_acknowledge"; readonly linkId: EscalationLinkId }
  | { readonly kind: "page_resolve"; readonly linkId: EscalationLinkId }
  | {
      readonly kind: "page_note";
      readonly linkId: EscalationLinkId;
      readonly by: string;
      readonly text: string;
    }
  | {
      readonly kind: "page_responders";
      readonly linkId: EscalationLinkId;
      readonly emails: readonly string[];
    }
  | {
      readonly kind: "webhook";
      readonly event: string;
      /** ISO 8601. */
      readonly occurredAt: string;
      /** Of what it tells: ids, and nothing that may not be kept. The words are read when it is sent. */
      readonly about: Readonly<Record<string, string | null>>;
    };

/** A call to an outside system, as it is written. */
export interface NewDispatch {
  readonly id: DispatchId;
  readonly connectionId: ConnectionId;
  /** Those of one subject are done one after the other, in the order in which they were written: `CONNECTION/LINK`. */
  readonly subject: string;
  readonly body: DispatchBody;
  /** Not before then; null: at once. */
  readonly notBefore: Date | null;
}

export interface Dispatch extends NewDispatch {
  /** This attempt's number, from 1. */
  readonly attempt: number;
  /** An earlier attempt began to send then, and nobody knows what became of it; null where none did. */
  readonly doubtSince: Date | null;
  readonly createdAt: Date;
  /** When it was written, or last given another day to be done in. */
  readonly begunAt: Date;
}

/** `dead`: given up; somebody may have it tried again. */
export type DispatchState = "pending" | "done" | "dead";

/** A call as people look at it. */
export interface ListedDispatch {
  readonly id: DispatchId;
  readonly connectionId: ConnectionId;
  readonly connectionName: string;
  readonly body: DispatchBody;
  readonly state: DispatchState;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
}
