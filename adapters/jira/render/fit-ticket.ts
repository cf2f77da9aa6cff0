import type { TicketDraft } from "../../../core/escalation/ticket-system.ts";
import type { Block } from "./blocks.ts";
import { type Extent, ticketBlocks } from "./ticket-blocks.ts";

/**
 * Jira's limit of a text field, in characters: `jira.text.field.character.limit`
 * (https://confluence.atlassian.com/adminjiraserver/configuring-advanced-settings-938847679.html). Atlassian does not say how
 * a document is counted, so that its JSON, the longest form it has, is held to it.
 */
export const textLimit = 32_767;

/** Of each text, characters, when the newest lines are still too long: from whole texts to a paragraph, then a sentence. */
const textLengths = [Infinity, 20_000, 8_000, 4_000, 2_000, 1_000] as const;
const shortTextLengths = [400, 100] as const;
/** What fits whatever stands in it: an address has at most 2,000 characters. */
const least: Extent = { lines: 1, textLength: 100, entries: 3, formatted: false };

/**
 * A ticket's description within the limit: whole where it fits; else without formatting; then without the oldest lines of
 * the transcript; before less than half of them remain, long texts are shortened to a paragraph.
 */
export function fitTicket<T>(
  draft: TicketDraft,
  write: (blocks: readonly Block[]) => T,
  lengthOf: (written: T) => number,
): T {
  const count = draft.transcript.length;
  const fitting = (extent: Pick<Extent, "lines" | "textLength">, formatted = false): T | null => {
    if (sourceLength(draft, extent) > 2 * textLimit) return null;
    const written = write(ticketBlocks(draft, { ...extent, entries: Infinity, formatted }));
    return lengthOf(written) <= textLimit ? written : null;
  };
  /** The most lines that fit, if at least so many do. */
  function mostLines(textLength: number, fewest: number): T | null {
    const whole = fitting({ lines: count, textLength });
    if (whole !== null) return whole;
    let [most, tooMany] = [fewest, count];
    let best = fitting({ lines: most, textLength });
    while (best !== null && tooMany - most > 1) {
      const lines = Math.floor((most + tooMany) / 2);
      const written = fitting({ lines, textLength });
      if (written === null) tooMany = lines;
      else [most, best] = [lines, written];
    }
    return best;
  }

  const whole = fitting({ lines: count, textLength: Infinity }, true);
  if (whole !== null) return whole;
  for (const textLength of textLengths) {
    const found = mostLines(textLength, Math.ceil(count / 2));
    if (found !== null) return found;
  }
  for (const textLength of shortTextLengths) {
    const found = mostLines(textLength, Math.min(1, count));
    if (found !== null) return found;
  }
  return write(ticketBlocks(draft, least));
}

/** Characters of the texts as they stand; far more than the limit are not worth writing out. */
const sourceLength = (
  draft: TicketDraft,
  { lines, textLength }: Pick<Extent, "lines" | "textLength">,
): number =>
  [
    draft.draft ?? "",
    ...draft.citations.map(({ quote }) => quote),
    ...draft.transcript.slice(Math.max(0, draft.transcript.length - lines)).map(({ text }) => text),
  ].reduce((sum, { length }) => sum + Math.min(length, textLength), 0);
