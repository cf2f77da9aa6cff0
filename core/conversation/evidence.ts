import type { SearchHit, SearchResult } from "../knowledge/knowledge-index.ts";
import { passageParts, type PassageParts, type PassageUnit } from "./passage-units.ts";
import { askingTerms, questionType, satisfiesType, type QuestionType } from "./question-type.ts";

export interface WeighedTerm {
  readonly term: string;
  /** Share of the question's information, from 0 to 1: its inverse document frequency among the question's terms. */
  readonly weight: number;
  readonly passages: number;
}

/** A unit with how well it answers. */
export interface ScoredUnit {
  readonly hit: SearchHit;
  /** Place of the hit in the result. */
  readonly rank: number;
  readonly parts: PassageParts;
  readonly unit: PassageUnit;
  /** Place of the unit in the passage's units. */
  readonly index: number;
  /** Share of the question's weight that stands in the unit itself. */
  readonly coverage: number;
  /** The same with its neighbours, and the headings above it. */
  readonly contextCoverage: number;
  /** Share of the question's neighbouring word pairs that are neighbours here too. */
  readonly pairs: number;
  /** Does it hold a word of the kind that the question asks for? */
  readonly answersType: boolean;
  readonly score: number;
}

export interface Evidence {
  readonly type: QuestionType;
  readonly terms: readonly WeighedTerm[];
  /** Best first. */
  readonly units: readonly ScoredUnit[];
}

/** Only the best hits are read; the rest rarely answer and cost as much. */
const readHits = 8;
/** As many terms as a 32-bit mask holds; longer questions are read by their rarest words. */
const maskedTerms = 30;
/** Shares of what a unit's score is made of. */
export const scoring = {
  above: 0.4,
  near: 0.3,
  passage: 0.1,
  pairs: 0.15,
  answersType: 0.2,
  asks: 0.5,
  short: 0.15,
  long: 0.1,
  first: 0.03,
  retrieval: 0.5,
};
const known = new WeakMap<SearchResult, { readonly question: string; readonly evidence: Evidence }>();

/** Reads the best hits unit by unit for what answers the question. Remembered per result. */
export function findEvidence(question: string, result: SearchResult): Evidence {
  const remembered = known.get(result);
  if (remembered?.question === question) return remembered.evidence;
  const type = questionType(question);
  const terms = weighTerms(result);
  const top = Math.max(...result.hits.map(({ score }) => score), Number.MIN_VALUE);
  const units = result.hits
    .slice(0, readHits)
    .flatMap((hit, rank) => scoreHit(hit, rank, hit.score / top, terms, type))
    .sort((a, b) => b.score - a.score || a.rank - b.rank || a.index - b.index);
  const evidence: Evidence = { type, terms, units };
  known.set(result, { question, evidence });
  return evidence;
}

/** The question's terms with their weights; words that only ask weigh nothing, unless there are no others. */
export function weighTerms({ terms }: Pick<SearchResult, "terms">): readonly WeighedTerm[] {
  const naming = terms.filter(({ term }) => !askingTerms.has(term));
  const chosen = naming.length > 0 ? naming : terms;
  const rarest =
    chosen.length > maskedTerms ? chosen.toSorted((a, b) => b.idf - a.idf).slice(0, maskedTerms) : chosen;
  const weighed = chosen.filter((term) => rarest.includes(term));
  const total = weighed.reduce((sum, { idf }) => sum + Math.max(idf, 0.05), 0);
  return weighed.map(({ term, idf, passages }) => ({ term, passages, weight: Math.max(idf, 0.05) / total }));
}

function scoreHit(
  hit: SearchHit,
  rank: number,
  relative: number,
  terms: readonly WeighedTerm[],
  type: QuestionType,
): readonly ScoredUnit[] {
  const parts = passageParts(hit.passage);
  const places = new Map(terms.map(({ term }, place) => [term, place]));
  const found = parts.units.map(({ terms: words }) => termsFound(words, places));
  const headings = bits(terms, (term) => parts.headingTerms.has(term));
  const passage = found.reduce((all, { mask }) => all | mask, 0);
  let asked = 0;
  let askedAt = -10;
  const scored: ScoredUnit[] = [];
  parts.units.forEach((unit, index) => {
    const { mask, pairs } = found[index] ?? { mask: 0, pairs: 0 };
    if (unit.kind === "heading" || unit.asks) {
      asked = mask;
      askedAt = index;
    }
    if (unit.kind === "heading") return;
    const near = (found[index - 1]?.mask ?? 0) | (found[index + 1]?.mask ?? 0);
    const above = headings | (index - askedAt <= 4 && askedAt < index ? asked : 0);
    const coverage = weightOf(mask, terms);
    const contextCoverage = weightOf(mask | above | near, terms);
    const answersType = satisfiesType(type, unit.text);
    const score =
      coverage +
      scoring.above * weightOf(above & ~mask, terms) +
      scoring.near * weightOf(near & ~mask & ~above, terms) +
      scoring.passage * weightOf(passage & ~mask & ~above & ~near, terms) +
      scoring.pairs * pairs +
      (answersType ? scoring.answersType : 0) -
      (unit.asks ? scoring.asks : 0) -
      (unit.terms.length < 4 ? scoring.short : 0) -
      (unit.terms.length > 60 ? scoring.long : 0) +
      (index === 0 ? scoring.first : 0);
    scored.push({
      hit,
      rank,
      parts,
      unit,
      index,
      coverage,
      contextCoverage,
      pairs,
      answersType,
      score: score * Math.max(relative, 0) ** scoring.retrieval,
    });
  });
  return scored;
}

/** Which of the question's terms stand in the words, as bits, and how many of its neighbouring pairs do. */
function termsFound(
  words: readonly string[],
  places: ReadonlyMap<string, number>,
): { mask: number; pairs: number } {
  let mask = 0;
  let previous = -2;
  let previousAt = -9;
  const pairs = new Set<number>();
  words.forEach((word, at) => {
    const place = places.get(word);
    if (place === undefined) return;
    mask |= 1 << place;
    if (place === previous + 1 && at - previousAt <= 2) pairs.add(place);
    previous = place;
    previousAt = at;
  });
  return { mask, pairs: places.size < 2 ? 0 : pairs.size / (places.size - 1) };
}

function bits(terms: readonly WeighedTerm[], has: (term: string) => boolean): number {
  return terms.reduce((mask, { term }, place) => (has(term) ? mask | (1 << place) : mask), 0);
}

function weightOf(mask: number, terms: readonly WeighedTerm[]): number {
  if (mask === 0) return 0;
  let weight = 0;
  for (const [place, term] of terms.entries()) if ((mask >> place) & 1) weight += term.weight;
  return weight;
}
