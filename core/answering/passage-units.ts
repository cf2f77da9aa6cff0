import type { SearchHit } from "../knowledge/knowledge-index.ts";
import { analyze } from "../text/analyze.ts";
import { splitSentences } from "../text/sentences.ts";
import { headingPromise } from "./heading-promise.ts";
import { passageBlocks, type PassageBlock } from "./passage-blocks.ts";
import { wordPlaces, type WordPlaces } from "./word-places.ts";

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
  /** Place of its section in the passage's sections. */
  readonly section: number;
  /** Part of a worked example. */
  readonly example: boolean;
}

/** What stands under one heading. */
export interface PassageSection {
  /** The nearest heading above; empty where there is none. */
  readonly heading: string;
  /** Its analysed words. */
  readonly headingTerms: readonly string[];
  /** How far the heading promises what to do; see heading-promise.ts. */
  readonly promise: number;
  /** The first and last of the passage's units in it, its own heading left out. */
  readonly first: number;
  readonly last: number;
}

export interface PassageParts {
  readonly text: string;
  readonly blocks: readonly PassageBlock[];
  readonly units: readonly PassageUnit[];
  readonly sections: readonly PassageSection[];
  /** Analysed words of the title and the headings. */
  readonly headingTerms: ReadonlySet<string>;
  /** All its analysed words, with those. */
  readonly terms: ReadonlySet<string>;
  /** Places of the words in its units, counted through all of them. */
  readonly places: WordPlaces;
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
  if (known !== undefined && known.place === place && known.parts.text === passage.text) {
    cache.delete(passage.id);
    cache.set(passage.id, known);
    return known.parts;
  }
  const blocks = passageBlocks(passage.text);
  const units = unitsOf(passage.text, blocks);
  const words = units.flatMap(({ terms }) => terms);
  const headingTerms = new Set(analyze(place));
  const parts: PassageParts = {
    text: passage.text,
    blocks,
    units,
    sections: sectionsOf(units, [passage.title, ...passage.headingPath]),
    headingTerms,
    terms: new Set([...headingTerms, ...words]),
    places: wordPlaces(words),
    line: ` ${words.join(" ")} `,
  };
  // A Map keeps its order: what was asked about longest ago stands first.
  const [oldest] = cache.size >= cacheLimit ? cache.keys() : [];
  if (oldest !== undefined) cache.delete(oldest);
  cache.set(passage.id, { place, parts });
  return parts;
}

const linkTarget =
  /(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*[^)]*\)|\s(?:href|src)\s*=\s*(?:"[^"]*"|'[^']*')/g;
const link = /!?\[[^\]]*\]\([^)]*\)|https?:\/\/\S+|<a\s[^>]*>[\s\S]*?<\/a>/gi;
/** Ends a sentence about the list or the table that follows it. */
const announces = /[:：,][*_\s]*$|\b(?:following|follows|steps|below)\b[^.]{0,40}[.]?\s*$|(?:ดังนี้|ต่อไปนี้)\s*$/i;
/** Introductions are short; a longer sentence says something of its own. */
const longestIntroduction = 40;
const example = /^\W*(?:for example|for instance|examples?\b|e\.g\.|ex:|ตัวอย่าง)/i;

const pointer =
  /^\W*(?:see|refer to|read (?:up|more)|learn more|check out|visit|more (?:details|information))\b/i;

/** Text as it is read, without where its links lead. */
export const withoutLinkTargets = (text: string): string => text.replaceAll(linkTarget, "");

function unitsOf(text: string, blocks: readonly PassageBlock[]): readonly PassageUnit[] {
  const units: PassageUnit[] = [];
  const headings: { readonly level: number; readonly at: number }[] = [];
  let section = 0;
  let underExample = false;
  blocks.forEach((block, index) => {
    if (block.kind === "heading") {
      const level = /^\s*(#*)/.exec(text.slice(block.start, block.end))?.[1]?.length ?? 1;
      while ((headings.at(-1)?.level ?? 0) >= level) headings.pop();
      headings.push({ level, at: units.length });
      section += 1;
      underExample = /\bexamples?\b|ตัวอย่าง/i.test(text.slice(block.start, block.end));
    }
    const last = units.at(-1);
    const leadIn = block.kind !== "paragraph" && last?.introduces === true ? [units.length - 1] : [];
    const above = [...headings.map(({ at }) => at), ...leadIn];
    const columns = block.header === null ? null : units.length;
    const next = blocks[index + 1]?.kind;
    let inExample = false;
    piecesOf(text, block).forEach(({ kind, start, end }, piece, pieces) => {
      const words = text.slice(start, end);
      const read = withoutLinkTargets(words);
      const terms = analyze(read);
      const beforeList = (next === "list" || next === "table") && piece === pieces.length - 1;
      if (piece === 0) inExample = example.test(words) || underExample;
      units.push({
        kind,
        start,
        end,
        text: words,
        terms,
        block: index,
        above: kind === "heading" ? [] : columns === null ? above : [...above, columns],
        asks: /\?[*_\s]*$/.test(words),
        introduces:
          /:[*_\s]*$/.test(words) ||
          (beforeList && terms.length <= longestIntroduction && announces.test(words)),
        pointsElsewhere: pointer.test(words) || words.replaceAll(link, "").length < 0.4 * read.length,
        section,
        example: inExample,
      });
    });
  });
  return units;
}

function sectionsOf(units: readonly PassageUnit[], path: readonly string[]): readonly PassageSection[] {
  const sections: PassageSection[] = [];
  const count = (units.at(-1)?.section ?? 0) + 1;
  const under = lastPromise(path.map(headingPromise));
  for (let at = 0, unit = 0; at < count; at += 1) {
    const own = at === 0 ? (path.at(-1) ?? "") : (units[unit]?.text ?? "");
    const first = at === 0 ? 0 : unit + 1;
    while (units[unit]?.section === at) unit += 1;
    // A heading that says nothing of it goes on with what the heading above it promises.
    const above = (units[first]?.above ?? []).map((place) => units[place]);
    const headings = above.flatMap((each) => (each?.kind === "heading" ? [headingPromise(each.text)] : []));
    sections.push({
      heading: own,
      headingTerms: analyze(own),
      promise: lastPromise(at === 0 ? [under] : [under, ...headings, headingPromise(own)]),
      first,
      last: unit - 1,
    });
  }
  return sections;
}

const lastPromise = (promises: readonly number[]): number =>
  promises.findLast((promise) => promise !== 0) ?? 0;

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
      return block.parts.map(({ start, end }, at) => ({
        kind: block.header !== null && at === 0 ? "heading" : "row",
        start,
        end,
      }));
    case "list":
      return block.parts.flatMap(({ start, end }) =>
        end - start > longItem ? sentences(start, end, "item") : [{ kind: "item" as const, start, end }],
      );
    case "paragraph":
      return sentences(block.start, block.end, "sentence");
  }
}
