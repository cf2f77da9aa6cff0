import type { SearchHit } from "../knowledge/knowledge-index.ts";
import { analyze } from "../text/analyze.ts";
import { splitSentences } from "../text/sentences.ts";
import { passageBlocks, type PassageBlock } from "./passage-blocks.ts";

/** The smallest part of a passage that can be quoted: a sentence, a list item, a table row, a piece of code. */
export interface PassageUnit {
  readonly kind: "sentence" | "item" | "row" | "code" | "heading";
  /** Place in the passage's text; UTF-16 offsets, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Analysed words in order, with repetitions. */
  readonly terms: readonly string[];
  /** Place of its block in the passage's blocks. */
  readonly block: number;
  /** Ends with a question mark: what follows answers it. */
  readonly asks: boolean;
}

export interface PassageParts {
  readonly text: string;
  readonly blocks: readonly PassageBlock[];
  readonly units: readonly PassageUnit[];
  /** Analysed words of the title and the headings. */
  readonly headingTerms: ReadonlySet<string>;
  /** All its analysed words, with those. */
  readonly terms: ReadonlySet<string>;
  /** The words of its text in order, with a space before and after each. */
  readonly line: string;
}

const cacheLimit = 4_000;
/** Items longer than this, in characters, are cut into their sentences. */
const longItem = 400;
const cache = new Map<string, { readonly place: string; readonly parts: PassageParts }>();

/** The passage cut into units. Remembered by the passage's id, because the same passages are asked about again and again. */
export function passageParts(passage: SearchHit["passage"]): PassageParts {
  const place = [passage.title, ...passage.headingPath].join("\n");
  const known = cache.get(passage.id);
  if (known !== undefined && known.place === place && known.parts.text === passage.text) return known.parts;
  const blocks = passageBlocks(passage.text);
  const units = blocks.flatMap((block, index) => unitsOf(passage.text, block, index));
  const words = units.flatMap(({ terms }) => terms);
  const headingTerms = new Set(analyze(place));
  const parts: PassageParts = {
    text: passage.text,
    blocks,
    units,
    headingTerms,
    terms: new Set([...headingTerms, ...words]),
    line: ` ${words.join(" ")} `,
  };
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(passage.id, { place, parts });
  return parts;
}

function unitsOf(text: string, block: PassageBlock, index: number): readonly PassageUnit[] {
  const unit = (kind: PassageUnit["kind"], start: number, end: number): PassageUnit => {
    const piece = text.slice(start, end);
    return {
      kind,
      start,
      end,
      text: piece,
      terms: analyze(piece),
      block: index,
      asks: /\?[*_\s]*$/.test(piece),
    };
  };
  const sentences = (start: number, end: number, kind: PassageUnit["kind"]) =>
    splitSentences(text.slice(start, end)).map((sentence) =>
      unit(kind, start + sentence.start, start + sentence.end),
    );
  switch (block.kind) {
    case "heading":
    case "code":
      return [unit(block.kind, block.start, block.end)];
    case "table":
      return block.parts.map(({ start, end }) => unit("row", start, end));
    case "list":
      return block.parts.flatMap(({ start, end }) =>
        end - start > longItem ? sentences(start, end, "item") : [unit("item", start, end)],
      );
    case "paragraph":
      return sentences(block.start, block.end, "sentence");
  }
}
