import type { EscalationAction, EscalationNews, LinkView } from "./escalation-view.ts";
import type { EscalationState } from "./escalation.ts";
import type { EscalationTrigger, Severity } from "./trigger.ts";

type Where = Extract<EscalationNews, { what: "acknowledged" }>["where"];
type System = LinkView["system"];

/** What of a text is written by a channel in its own form: a link, or a moment (ISO 8601). */
export type Part =
  string | { readonly text: string; readonly url: string | null } | { readonly moment: string };

/**
 * What is said about an escalation, the same in every channel. Names are plain text; null where the readers may not know
 * them. A `when` is a moment in the channel's own form, which says by itself how it stands to today.
 */
export interface EscalationTexts {
  /** Above the card. */
  readonly state: Readonly<Record<EscalationState, (by: string | null) => string>>;
  readonly trigger: Readonly<Record<EscalationTrigger, string>>;
  readonly severity: (severity: Severity) => string;
  readonly askedBy: (name: string) => string;
  readonly system: Readonly<Record<System, string>>;
  readonly kind: Readonly<Record<LinkView["kind"], string>>;
  readonly pending: Readonly<Record<LinkView["kind"], string>>;
  readonly failed: (error: string | null) => string;
  /** Of a page that was not needed any more. */
  readonly spared: Readonly<Record<"acknowledged" | "resolved", string>>;
  /** Of a ticket of which nothing else is known yet. */
  readonly created: (when: string) => string;
  readonly assigned: (names: readonly string[] | null) => string;
  readonly pagedLine: (names: readonly string[] | null, when: string) => string;
  /** On buttons. */
  readonly action: Readonly<Record<EscalationAction, string>>;
  readonly resolveMeans: string;
  readonly sure: string;
  readonly cancel: string;
  readonly close: string;
  readonly loading: string;
  readonly news: {
    readonly paged: (names: readonly string[] | null, when: string) => string;
    readonly ticketCreated: (name: string) => string;
    readonly acknowledged: (by: string | null, where: Where) => string;
    readonly assigned: (name: string, to: readonly string[] | null) => string;
    readonly status: (name: string, status: string) => string;
    readonly resolved: (by: string | null, where: Where) => string;
    readonly reopened: (by: string | null) => string;
    readonly comment: (name: string, by: string | null) => string;
    readonly failed: (system: System, error: string) => string;
    readonly notDone: (system: System, wanted: "comment" | "move" | "responders", error: string) => string;
  };
  /** To whoever resolved it; the question follows. */
  readonly answerWanted: (resolvedAs: string, askedBy: string, department: string | null) => string;
  readonly whatIsTheAnswer: (askedBy: string) => string;
  readonly comment: string;
  readonly commentHint: string;
  readonly commentMissing: string;
  readonly answer: string;
  readonly answerHint: string;
  readonly answerMissing: string;
  readonly send: string;
  readonly youWrote: string;
  /** To the person alone, of what nothing else shows. */
  readonly done: Readonly<Record<"comment" | "answer", string>>;
  readonly addToTicket: string;
  /** Before words of another than whoever adds them. */
  readonly wrote: (name: string, text: string) => string;
}
