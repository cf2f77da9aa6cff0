import { shorten } from "../../core/text/cut-text.ts";

/** Of a note; the product's own bound, since PagerDuty publishes none. */
const noteLength = 20_000;
const ours = /\n\n— .* · The Expert \[([^\]\s]{1,255})\]\s*$/;

/** A note as it is kept: whose words it has, and the key that it is found by. */
export const noteText = (note: {
  readonly key: string;
  readonly by: string;
  readonly text: string;
}): string =>
  `${shorten(note.text, noteLength)}\n\n— ${note.by.replaceAll(/\s+/g, " ")} · The Expert [${note.key}]`;

/** The key of a note that this product wrote; null of any other. */
export const keyOfNote = (content: string): string | null => ours.exec(content)?.[1] ?? null;
