import type { ExternalPerson } from "./escalation.ts";
import type { ExternalChange } from "./external-change.ts";
import type { ConnectionTest } from "./ticket-system.ts";
import type { Severity } from "./trigger.ts";

export interface PageDraft {
  /** One line, at most 1,024 characters. */
  readonly summary: string;
  readonly severity: Severity;
  /** What it is about: the department. */
  readonly component: string | null;
  /** Facts by their names, in words. */
  readonly details: Readonly<Record<string, string>>;
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

/** Pages of one connection. Throws what `TicketSystem` does. All but `note` and `addResponders` are idempotent by the key. */
export interface Pager {
  readonly system: "pagerduty";
  trigger(draft: PageDraft, key: string): Promise<void>;
  acknowledge(key: string): Promise<void>;
  resolve(key: string): Promise<void>;
  /** How the incident of this key stands; null where there is none yet, or the connection has no REST key. */
  read(key: string): Promise<ExternalChange | null>;
  /** Adds a note; null where the connection has no REST key. Once for each `key` in its text: looked up before. */
  note(
    externalId: string,
    note: { readonly key: string; readonly by: string; readonly text: string },
  ): Promise<void>;
  addResponders(externalId: string, emails: readonly string[], message: string): Promise<void>;
  /** Who is on call for the connection's service now; empty where nobody is, or without a REST key. */
  onCall(): Promise<readonly ExternalPerson[]>;
  test(): Promise<ConnectionTest>;
}
