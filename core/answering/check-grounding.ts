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

  let words = 0;
  let supportedWords = 0;
  const sentences: GroundedSentence[] = [];
  for (const { text, citations } of citedSentences(draft.text)) {
    const terms = analyze(withoutLinkTargets(text));
    if (terms.length === 0) continue;
    const cited = citations.length > 0 ? citations : [...sources.keys()];
    const known = cited.flatMap((number) => sources.get(number) ?? []);
    const support = supportOf(terms, known);
    sentences.push({ text, citations, support });
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

/** The sentences of an answer without their marks; one without marks shares those at the end of its block. */
function citedSentences(
  text: string,
): readonly { readonly text: string; readonly citations: readonly number[] }[] {
  const found: { text: string; citations: readonly number[] }[] = [];
  let waiting: typeof found = [];
  for (const block of passageBlocks(text)) {
    const inside = text.slice(block.start, block.end);
    const pieces =
      block.kind === "code"
        ? [inside]
        : block.kind === "list" || block.kind === "table"
          ? block.parts.map(({ start, end }) => text.slice(start, end))
          : sentencesWithMarks(inside);
    for (const piece of pieces) {
      const plain = block.kind === "code" ? piece : withoutMarks(piece);
      const citations = block.kind === "code" ? [] : numbersIn(piece);
      const sentence = { text: plain.replace(/^(?:[-*+•]|\d{1,3}[.)])\s+/, ""), citations };
      if (/[\p{L}\p{N}]/u.test(plain)) found.push(sentence);
      if (citations.length === 0) waiting.push(sentence);
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
