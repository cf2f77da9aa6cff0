import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { analyze } from "../text/analyze.ts";
import { splitSentences } from "../text/sentences.ts";
import type { Draft } from "./draft.ts";
import { passageBlocks } from "./passage-blocks.ts";
import { passageParts, withoutLinkTargets, type PassageParts } from "./passage-units.ts";

export interface GroundedSentence {
  readonly text: string;
  /** Numbers of the citations that it rests on. */
  readonly citations: readonly number[];
  /** From 0 to 1: 1 stands verbatim in a cited passage. */
  readonly support: number;
}

export interface Grounding {
  /**
   * Mean support of the sentences, weighed by their words, from 0 to 1; 0 for an empty draft. People who judged how
   * faithful answers are to their passages agree with it: see tests/calibration/measure-grounding.ts.
   */
  readonly support: number;
  readonly sentences: readonly GroundedSentence[];
  readonly unsupported: readonly string[];
  /** Numbers in the text without a citation, and citations of passages that were not retrieved. */
  readonly unknownCitations: readonly number[];
  /** Every sentence is supported, and every citation known. */
  readonly grounded: boolean;
}

/** A sentence counts as supported from here on. */
const enough = 0.6;
/** The most that a sentence gets whose numbers, names of things or identifiers stand in no cited passage. */
const unbackedFigures = 0.3;

const mark = /\[(\d{1,3})\](?!\()/g;
const figure = /\d|[_/\\]/;

/**
 * Does every sentence of the draft stand in a passage that it cites? Verbatim is full support; else the share of its
 * words found there, and little where a number or an identifier is not found.
 */
export function checkGrounding(draft: Draft, result: SearchResult): Grounding {
  const { sources, unknown } = sourcesOf(draft, result);
  let words = 0;
  let supportedWords = 0;
  const sentences: GroundedSentence[] = [];
  for (const piece of citedPieces(draft.text)) {
    const terms = termsOf(piece);
    if (terms.length === 0) continue;
    const support = pieceSupport(piece, terms, sources);
    sentences.push({ text: piece.text, citations: piece.citations, support });
    words += terms.length;
    supportedWords += support * terms.length;
  }
  const unsupported = sentences.filter(({ support }) => support < enough).map(({ text }) => text);
  return {
    support: words === 0 ? 0 : supportedWords / words,
    sentences,
    unsupported,
    unknownCitations: [...unknown].toSorted((a, b) => a - b),
    grounded: words > 0 && unsupported.length === 0 && unknown.size === 0,
  };
}

/** Tells of each piece whether it is supported; null where it claims nothing, as a rule between rows. */
export function supportByPiece(
  draft: Draft,
  result: SearchResult,
): readonly { readonly piece: CitedPiece; readonly supported: boolean | null }[] {
  const { sources } = sourcesOf(draft, result);
  return citedPieces(draft.text).map((piece) => {
    const terms = termsOf(piece);
    return {
      piece,
      supported: terms.length === 0 ? null : pieceSupport(piece, terms, sources) >= enough,
    };
  });
}

const termsOf = ({ text }: CitedPiece): readonly string[] =>
  /[\p{L}\p{N}]/u.test(text) ? analyze(withoutLinkTargets(text)) : [];

type Sources = ReadonlyMap<number, PassageParts>;

function pieceSupport({ citations }: CitedPiece, terms: readonly string[], sources: Sources): number {
  const cited = citations.length > 0 ? citations : [...sources.keys()];
  return supportOf(
    terms,
    cited.flatMap((number) => sources.get(number) ?? []),
  );
}

/** The cited passages by their numbers, and the numbers that stand for none that was retrieved. */
function sourcesOf(
  draft: Draft,
  result: SearchResult,
): { readonly sources: Sources; readonly unknown: ReadonlySet<number> } {
  const retrieved = new Map(result.hits.map(({ passage }) => [passage.id, passage]));
  const sources = new Map<number, PassageParts>();
  const unknown = new Set<number>();
  for (const { number, passageId } of draft.citations) {
    const passage = retrieved.get(passageId);
    if (passage === undefined) unknown.add(number);
    else sources.set(number, passageParts(passage));
  }
  for (const [, number] of withoutCode(draft.text).matchAll(mark)) {
    if (!sources.has(Number(number))) unknown.add(Number(number));
  }
  return { sources, unknown };
}

function supportOf(terms: readonly string[], sources: readonly PassageParts[]): number {
  if (sources.length === 0) return 0;
  const line = ` ${terms.join(" ")} `;
  if (sources.some((source) => source.line.includes(line))) return 1;
  const stands = (term: string): boolean => sources.some((source) => source.terms.has(term));
  const distinct = [...new Set(terms)];
  const share = distinct.filter(stands).length / distinct.length;
  return distinct.some((term) => figure.test(term) && !stands(term))
    ? Math.min(share, unbackedFigures)
    : share;
}

/** A sentence, list item, table row or code block of an answer. */
export interface CitedPiece {
  /** As it stands there, marks included; a mark behind the full stop before it. */
  readonly raw: string;
  /** Without its marks. */
  readonly text: string;
  /** Numbers of its own marks or, where it has none, of those that follow it. */
  readonly citations: readonly number[];
  readonly marked: boolean;
  /** The number of its block. */
  readonly block: number;
  /** Is it a line of its own: an item or a row? */
  readonly line: boolean;
}

/** The pieces of an answer; one without marks shares those that follow it. */
function citedPieces(text: string): readonly CitedPiece[] {
  type Mutable = CitedPiece & { citations: readonly number[] };
  const found: Mutable[] = [];
  let waiting: Mutable[] = [];
  for (const [number, block] of passageBlocks(text).entries()) {
    const inside = text.slice(block.start, block.end);
    const line = block.kind === "list" || block.kind === "table";
    const pieces =
      block.kind === "code"
        ? [inside]
        : line
          ? block.parts.map(({ start, end }) => text.slice(start, end))
          : sentencesWithMarks(inside);
    for (const raw of pieces) {
      const plain = block.kind === "code" ? raw : withoutMarks(raw);
      const citations = block.kind === "code" ? [] : numbersIn(raw);
      const marked = citations.length > 0;
      const shown = plain.replace(/^(?:[-*+•]|\d{1,3}[.)])\s+/, "");
      const piece: Mutable = { raw, text: shown, citations, marked, block: number, line };
      found.push(piece);
      if (!marked) waiting.push(piece);
      else {
        for (const earlier of waiting) earlier.citations = citations;
        waiting = [];
      }
    }
  }
  return found;
}

/** A mark after the full stop belongs to the sentence before it. */
function sentencesWithMarks(text: string): readonly string[] {
  const moved = text.replaceAll(/([.!?…])((?:\s*\[\d{1,3}\](?!\())+)/g, "$2$1");
  return splitSentences(moved).map(({ start, end }) => moved.slice(start, end));
}

const withoutMarks = (text: string): string =>
  text
    .replaceAll(mark, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ (?=[.,;:!?…])/g, "")
    .trim();

const numbersIn = (text: string): readonly number[] => [
  ...new Set([...text.matchAll(mark)].map(([, number]) => Number(number))),
];

const withoutCode = (text: string): string => text.replaceAll(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, " ");
