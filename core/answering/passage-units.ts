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
  /** Analysed words in order, with repetitions; targets of links left out. */
  readonly terms: readonly string[];
  /** Place of its block in the passage's blocks. */
  readonly block: number;
  /** Places of the units that it stands under: headings in the passage, and a sentence that introduces its list. */
  readonly above: readonly number[];
  /** Ends with a question mark: what follows answers it. */
  readonly asks: boolean;
  /** Introduces what follows: ends with a colon. */
  readonly introduces: boolean;
  /** Hardly more than links to elsewhere. */
  readonly pointsElsewhere: boolean;
  /** Does the heading above promise what to do? 1: it does, 0.5: it may, 0: it does not. */
  readonly underSteps: number;
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
  const units = unitsOf(passage.text, blocks, passage.headingPath.at(-1) ?? "");
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

const linkTarget =
  /(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*[^)]*\)|\s(?:href|src)\s*=\s*(?:"[^"]*"|'[^']*')/g;
const link = /!?\[[^\]]*\]\([^)]*\)|https?:\/\/\S+|<a\s[^>]*>[\s\S]*?<\/a>/gi;
/** Headings under which stands what to do, and those that may be. */
const solution =
  /\b(?:mitigations?|procedures?|steps|resolutions?|resolve|remediation|workarounds?|troubleshooting|what to do)\b|ขั้นตอน|การแก้ไข/i;
const task =
  /\b(?:how[ -]?to|how (?:do|can)|diagnos[ei]s|recover(?:y|ing)?|instructions?|set(?:ting)? ?up|enroll?(?:ing|ment)?|fix(?:es|ing)?|request(?:ing)?|apply(?:ing)?|install(?:ing|ation)?|configur(?:e|ing|ation)|creat(?:e|ing))\b|วิธี/i;
const stepsUnder = (heading: string): number => (solution.test(heading) ? 1 : task.test(heading) ? 0.5 : 0);

/** Text as it is read, without where its links lead. */
export const withoutLinkTargets = (text: string): string => text.replaceAll(linkTarget, "");

function unitsOf(text: string, blocks: readonly PassageBlock[], under: string): readonly PassageUnit[] {
  const units: PassageUnit[] = [];
  const headings: { readonly level: number; readonly at: number }[] = [];
  let promisesSteps = stepsUnder(under);
  blocks.forEach((block, index) => {
    if (block.kind === "heading") {
      const line = text.slice(block.start, block.end);
      const level = /^\s*(#*)/.exec(line)?.[1]?.length ?? 1;
      while ((headings.at(-1)?.level ?? 0) >= level) headings.pop();
      headings.push({ level, at: units.length });
      promisesSteps = stepsUnder(line);
    }
    const last = units.at(-1);
    const leadIn = block.kind !== "paragraph" && last?.introduces === true ? [units.length - 1] : [];
    const above = [...headings.map(({ at }) => at), ...leadIn];
    for (const { kind, start, end } of piecesOf(text, block)) {
      const piece = text.slice(start, end);
      const read = withoutLinkTargets(piece);
      units.push({
        kind,
        start,
        end,
        text: piece,
        terms: analyze(read),
        block: index,
        above: kind === "heading" ? [] : above,
        asks: /\?[*_\s]*$/.test(piece),
        introduces: /:[*_\s]*$/.test(piece),
        pointsElsewhere: /^\W*see\b/i.test(piece) || piece.replaceAll(link, "").length < 0.4 * read.length,
        underSteps: promisesSteps,
      });
    }
  });
  return units;
}

function piecesOf(text: string, block: PassageBlock): readonly Pick<PassageUnit, "kind" | "start" | "end">[] {
  const sentences = (from: number, to: number, kind: PassageUnit["kind"]) =>
    splitSentences(text.slice(from, to)).map(({ start, end }) => ({
      kind,
      start: from + start,
      end: from + end,
    }));
  switch (block.kind) {
    case "heading":
    case "code":
      return [{ kind: block.kind, start: block.start, end: block.end }];
    case "table":
      return block.parts.map(({ start, end }) => ({ kind: "row", start, end }));
    case "list":
      return block.parts.flatMap(({ start, end }) =>
        end - start > longItem ? sentences(start, end, "item") : [{ kind: "item" as const, start, end }],
      );
    case "paragraph":
      return sentences(block.start, block.end, "sentence");
  }
}
