import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { checkGrounding, type CitedPiece, supportByPiece } from "./check-grounding.ts";
import type { Draft } from "./draft.ts";

/** Below this support of the whole, a draft's supported sentences are not trusted either. The product's own choice. */
const leastSupport = 0.5;

/**
 * What may be delivered of a model's draft: the draft itself where every sentence is supported, a new one without the
 * sentences that are not, or null where it cites what was not found or rests on too little of what was.
 */
export function supportedPart(draft: Draft, result: SearchResult): Draft | null {
  const { grounded, support, unknownCitations } = checkGrounding(draft, result);
  if (grounded) return draft;
  if (unknownCitations.length > 0 || support < leastSupport) return null;
  const text = joined(keptPieces(draft, result));
  const citations = draft.citations.filter(({ number }) => text.includes(`[${String(number)}]`));
  const kept: Draft = { ...draft, text, citations };
  // A sentence that stood on another's mark may have lost its ground.
  return checkGrounding(kept, result).grounded ? kept : null;
}

interface Kept {
  readonly piece: CitedPiece;
  readonly text: string;
}

function keptPieces(draft: Draft, result: SearchResult): readonly Kept[] {
  const kept: Kept[] = [];
  // Does the last kept piece share a mark that is still to come?
  let sharing = false;
  for (const { piece, supported } of supportByPiece(draft, result)) {
    const last = kept.at(-1);
    if (supported === false) {
      if (piece.marked && sharing && last) {
        // The mark of what is left out stays with what stood on it.
        const marks = piece.citations.map((number) => `[${String(number)}]`).join("");
        kept[kept.length - 1] = { piece: last.piece, text: `${last.text.trimEnd()} ${marks}` };
      }
      if (piece.marked) sharing = false;
      continue;
    }
    kept.push({ piece, text: piece.raw });
    if (supported) sharing = !piece.marked;
  }
  return kept;
}

function joined(kept: readonly Kept[]): string {
  return kept
    .map(({ piece, text }, index) => {
      const before = kept[index - 1]?.piece;
      if (!before) return text;
      if (before.block !== piece.block) return `\n\n${text}`;
      return piece.line ? `\n${text}` : ` ${text}`;
    })
    .join("")
    .trim();
}
