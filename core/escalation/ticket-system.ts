import type { ExternalChange } from "./external-change.ts";
import type { EscalationPolicy } from "./policy.ts";
import type { Severity } from "./trigger.ts";

/** What was said in the thread, oldest first. */
export interface TranscriptLine {
  readonly who: string;
  readonly at: Date;
  /** Markdown. */
  readonly text: string;
}

/** What a ticket says; each system writes it in its own markup. */
export interface TicketDraft {
  /** One line, at most 200 characters. */
  readonly summary: string;
  /** In the department's words; the headings of the parts below are the system's to place. */
  readonly language: "en" | "th";
  readonly department: string | null;
  readonly askedBy: string;
  /** Why it was raised, in words. */
  readonly why: string;
  readonly severity: Severity;
  readonly transcript: readonly TranscriptLine[];
  /** Markdown; null where there is none or it may not leave the product. */
  readonly draft: string | null;
  /** The draft was sent as the answer; absent where it was not. */
  readonly sent?: true;
  /** What the draft rests on, with the address of each where there is one. */
  readonly citations: readonly {
    readonly title: string;
    readonly quote: string;
    readonly url: string | null;
  }[];
  /** Something was left out since it rests on documents of a stricter label. */
  readonly withheld: boolean;
  /** Links back: to the conversation, the thread, the approval. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly ticket: NonNullable<EscalationPolicy["ticket"]>;
}

export interface CreatedTicket {
  readonly externalId: string;
  readonly externalKey: string;
  readonly url: string;
}

export interface TicketFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/**
 * Tickets of one connection. Each method throws `channel_unavailable` (no answer, 5xx; with the fact `reached: false` where
 * the request surely did nothing), `rate_limited` with `retryAfterMs`, `channel_refused` (what was sent is wrong, and stays
 * wrong), or `unauthenticated` (the connection's credentials are wrong).
 */
export interface TicketSystem {
  readonly system: "jira" | "servicenow";
  /** Makes one, findable by `key` from then on. Not idempotent: `find` first where an earlier try may have come through. */
  create(draft: TicketDraft, key: string): Promise<CreatedTicket>;
  /** All with this key, oldest first. What was made a moment ago may be missing yet. */
  find(key: string): Promise<readonly CreatedTicket[]>;
  /** Closes one that was made twice, saying of which. */
  closeDuplicate(externalId: string, of: CreatedTicket): Promise<void>;
  /** Writes a comment once for each `key`: again it changes nothing. */
  comment(
    externalId: string,
    comment: { readonly key: string; readonly by: string; readonly text: string },
  ): Promise<void>;
  /** Throws `channel_refused` where there is no transition of this name from where it stands; where it stands there already, it changes nothing. */
  transition(externalId: string, name: string): Promise<void>;
  /** Throws `channel_refused` where it is larger than the system takes. A file of this name is attached once. */
  attach(externalId: string, file: TicketFile): Promise<void>;
  /** How it stands, with its comments since then (null: all); null where it is gone. */
  read(externalId: string, answerFrom: string, commentsSince: Date | null): Promise<ExternalChange | null>;
  /** Whether it works: who we are there, and what is missing. */
  test(): Promise<ConnectionTest>;
}

/** What a look at a connection found. */
export interface ConnectionTest {
  /** As whom we are known there, or what was reached. */
  readonly as: string;
  /** What will not work, each with its remedy; empty where all is well. */
  readonly faults: readonly { readonly fault: string; readonly remedy: string }[];
}
