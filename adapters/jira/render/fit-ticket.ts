import type { TicketDraft } from "../../../core/escalation/ticket-system.ts";
import type { Block } from "./blocks.ts";
import { type Extent, ticketBlocks } from "./ticket-blocks.ts";

/**
 * Jira's limit of a text field, in characters: `jira.text.field.character.limit`
 * (https://confluence.atlassian.com/adminjiraserver/configuring-advanced-settings-938847679.html). Atlassian does not say how
 * a document is counted, so that its JSON, the longest form it has, is held to it.
 */
export const textLimit = 32_767;

/** Of each text, characters, when the newest lines are still too long: from whole texts to a sentence. */
const textLengths = [Infinity, 20_000, 8_000, 4_000, 2_000, 1_000, 400, 100] as const;
/** What fits whatever stands in it: an address has at most 2,000 characters. */
const least: Extent = { lines: 1, textLength: 100, entries: 3 };

/**
 * A ticket's description within the limit: whole where it fits; else without the oldest lines of the transcript; before less
 * than half of them remain, long texts are shortened.
 */
export function fitTicket<T>(
  draft: TicketDraft,
  write: (blocks: readonly Block[]) => T,
  lengthOf: (written: T) => number,
): T {
  const writeTo = (extent: Extent): T => write(ticketBlocks(draft, extent));
  const count = draft.transcript.length;
  for (const textLength of textLengths) {
    const fitting = (lines: number): T | null => {
      if (sourceLength(draft, lines, textLength) > 2 * textLimit) return null;
      const written = writeTo({ lines, textLength, entries: Infinity });
      return lengthOf(written) <= textLimit ? written : null;
    };
    const whole = fitting(count);
    if (whole !== null) return whole;
    let [most, tooMany] = [Math.ceil(count / 2), count];
    let best = fitting(most);
    while (best !== null && tooMany - most > 1) {
      const lines = Math.floor((most + tooMany) / 2);
      const written = fitting(lines);
      if (written === null) tooMany = lines;
      else [most, best] = [lines, written];
    }
    if (best !== null) return best;
  }
  return writeTo(least);
}

/** Characters of the texts as they stand; far more than the limit are not worth writing out. */
const sourceLength = (draft: TicketDraft, lines: number, textLength: number): number =>
  [
    draft.draft ?? "",
    ...draft.citations.map(({ quote }) => quote),
    ...draft.transcript.slice(draft.transcript.length - lines).map(({ text }) => text),
  ].reduce((sum, { length }) => sum + Math.min(length, textLength), 0);
