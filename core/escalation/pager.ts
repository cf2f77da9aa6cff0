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

/**
 * Pages of one connection. Throws what `TicketSystem` does. Each call is one attempt. `trigger`, `acknowledge` and `resolve`
 * are idempotent by the key, but for one case: a page that is triggered again after it was resolved is a new incident. Where
 * an earlier `trigger` is in doubt, `read` first.
 */
export interface Pager {
  readonly system: "pagerduty";
  trigger(draft: PageDraft, key: string): Promise<void>;
  acknowledge(key: string): Promise<void>;
  resolve(key: string): Promise<void>;
  /**
   * How the newest incident of this key stands, with its notes as comments; null where there is none yet, or the connection
   * has no REST key. People come with their e-mail addresses, which webhooks do not tell: whoever has to find a person of
   * whom a webhook told asks here, where `by` is whoever changed its status last.
   */
  read(key: string): Promise<ExternalChange | null>;
  /**
   * Adds a note, once for each `key`: looked up before, as the key stands in its text. False, and nothing is written, where
   * the connection has no REST key or nobody in whose name to write (`from_email`).
   */
  note(
    externalId: string,
    note: { readonly key: string; readonly by: string; readonly text: string },
  ): Promise<boolean>;
  /**
   * Asks people to join, but those who were asked before. Those of them whom the pager does not know; null, and nobody is
   * asked, where the connection has no REST key or nobody in whose name to ask.
   */
  addResponders(
    externalId: string,
    emails: readonly string[],
    message: string,
  ): Promise<readonly string[] | null>;
  /**
   * Who is paged first now: for the incident of this key where there is one, else for the connection's service. Empty where
   * nobody is on call, without a REST key, and where the service is not known.
   */
  onCall(key?: string): Promise<readonly ExternalPerson[]>;
  test(): Promise<ConnectionTest>;
}
