import type { Part } from "../../../core/escalation/escalation-words.ts";
import type { Language } from "../../../core/text/language.ts";

/** A line with links and moments in it; moments are ISO 8601. */
export type Line = readonly Part[];

/** What a mail is made of, before it is written as text and as HTML. */
export type MailBlock =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "line" | "quiet"; readonly line: Line }
  /** Words that somebody else wrote, as they are. */
  | { readonly kind: "quote"; readonly text: string }
  /** With `[n]` marks; `urls` by their numbers. */
  | {
      readonly kind: "markdown";
      readonly markdown: string;
      readonly urls?: ReadonlyMap<number, string | null>;
    }
  | { readonly kind: "list"; readonly title: string; readonly lines: readonly Line[] }
  | { readonly kind: "button"; readonly text: string; readonly url: string };

export interface MailContent {
  readonly language: Language;
  /** One line. */
  readonly subject: string;
  readonly blocks: readonly MailBlock[];
}

/** A line of plain words. */
export const said = (text: string): MailBlock => ({ kind: "line", line: [text] });
export const quiet = (text: string): MailBlock => ({ kind: "quiet", line: [text] });
