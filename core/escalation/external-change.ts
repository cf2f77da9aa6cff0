import type { ExternalPerson, LinkState } from "./escalation.ts";

/** A comment of a ticket, or a note of an incident. */
export interface ExternalComment {
  /** The vendor's id; the same one is told once. */
  readonly id: string;
  readonly by: ExternalPerson;
  readonly at: Date;
  /** Markdown; without the vendor's own markup. */
  readonly text: string;
  /** Whether customers of the ticket may read it; what is internal is never told in a thread. */
  readonly isPublic: boolean;
  /** Whether this product wrote it: told nowhere. */
  readonly isOurs: boolean;
}

/** How a ticket or an incident stands at its vendor, or what has just happened to it. */
export interface ExternalChange {
  /** The vendor's own id; either it or `key` is known. */
  readonly externalId: string;
  /** What we named it by, where the vendor tells it. */
  readonly key: string | null;
  readonly externalKey: string | null;
  readonly url: string | null;
  /** When it happened there: what is older than what is known changes nothing. */
  readonly at: Date;
  readonly state: Exclude<LinkState, "pending" | "failed">;
  /** The vendor's word for it. */
  readonly status: string;
  readonly assignees: readonly ExternalPerson[];
  readonly resolution: string | null;
  /** Who did it; null where the vendor does not tell. */
  readonly by: ExternalPerson | null;
  /** This product brought it to its end there: nobody's answer came with that. Absent: somebody did, or it is not told. */
  readonly isOurs?: true;
  /** New ones, oldest first; of those that are told again, each counts once. */
  readonly comments: readonly ExternalComment[];
  /** What stands in the policy's `answer_from` field, Markdown; null where it is empty or not told. */
  readonly answer: string | null;
}
