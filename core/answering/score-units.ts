import type { SearchHit } from "../knowledge/knowledge-index.ts";
import { passageParts, type PassageParts, type PassageUnit } from "./passage-units.ts";
import { satisfiesType, type QuestionType } from "./question-type.ts";

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
  /** Share that stands above it: in the title, the headings and what introduces it. */
  readonly aboveCoverage: number;
  /** The share of the unit with its neighbours, and what it stands under. */
  readonly contextCoverage: number;
  /** How far the question's words stand here, whatever the form of the unit. */
  readonly match: number;
  readonly score: number;
}

/** What is asked: its terms, its type, and whether it asks what one thing is. */
export interface Asked {
  readonly terms: readonly WeighedTerm[];
  readonly places: ReadonlyMap<string, number>;
  readonly type: QuestionType;
  readonly naming: boolean;
  /** The terms with digits, as bits: they name one thing exactly. */
  readonly identifiers: number;
}

/**
 * Shares of what a unit's score is made of, besides its own coverage of the question: what the headings above it, its
 * neighbours and the rest of its passage add to that, word pairs kept, and its form. Chosen so that the best unit holds
 * the answer as often as possible in encyclopaedia questions, English and Thai; those of form by reading answers.
 */
export const scoring = {
  above: 0.4,
  near: 0.3,
  passage: 0.1,
  pairs: 0.15,
  answersType: 0.2,
  names: 0.5,
  steps: 0.4,
  about: 0.15,
  first: 0.03,
  code: -0.1,
  asks: -0.5,
  short: -0.15,
  long: -0.1,
  elsewhere: -0.3,
  identifierMissing: -0.3,
  /** Power of the hit's score relative to the best hit's. */
  retrieval: 0.5,
};

export function scoreUnits(
  hit: SearchHit,
  rank: number,
  relative: number,
  asked: Asked,
): readonly ScoredUnit[] {
  const { terms, places } = asked;
  const parts = passageParts(hit.passage);
  const found = parts.units.map(({ terms: words }) => termsFound(words, places));
  const maskAt = (index: number): number => found[index]?.mask ?? 0;
  const headings = terms.reduce(
    (mask, { term }, at) => (parts.headingTerms.has(term) ? mask | (1 << at) : mask),
    0,
  );
  const passage = found.reduce((all, { mask }) => all | mask, 0);
  const weight = Math.max(relative, 0) ** scoring.retrieval;
  let questionMask = 0;
  let questionAt = -10;
  const scored: ScoredUnit[] = [];
  parts.units.forEach((unit, index) => {
    const { mask, pairs } = found[index] ?? { mask: 0, pairs: 0 };
    if (unit.kind === "heading") return;
    const near = maskAt(index - 1) | maskAt(index + 1);
    const answers = index - questionAt <= 4 ? questionMask : 0;
    const above = unit.above.reduce((all, at) => all | maskAt(at), headings | answers);
    if (unit.asks) {
      questionMask = mask;
      questionAt = index;
    }
    const coverage = weightOf(mask, terms);
    const aboveCoverage = weightOf(above, terms);
    const contextCoverage = weightOf(mask | above | near, terms);
    const match =
      coverage +
      scoring.above * weightOf(above & ~mask, terms) +
      scoring.near * weightOf(near & ~mask & ~above, terms) +
      scoring.passage * weightOf(passage & ~mask & ~above & ~near, terms) +
      scoring.pairs * pairs +
      (satisfiesType(asked.type, unit.text) ? scoring.answersType : 0);
    let form = formOf(unit, index, asked);
    // The passage's title and headings name all that was asked about.
    if (aboveCoverage > 0.95) form += scoring.about;
    if (asked.type === "how_to") form += scoring.steps * unit.underSteps * contextCoverage;
    if ((asked.identifiers & ~(mask | above | passage)) !== 0) form += scoring.identifierMissing;
    scored.push({
      hit,
      rank,
      parts,
      unit,
      index,
      coverage,
      aboveCoverage,
      contextCoverage,
      match: match * weight,
      score: (match + form) * weight,
    });
  });
  return scored;
}

function formOf(unit: PassageUnit, index: number, { naming, places }: Asked): number {
  const size = unit.terms.length;
  let form = index === 0 ? scoring.first : 0;
  if (unit.asks) form += scoring.asks;
  if (size < 4) form += scoring.short;
  if (size > 60) form += scoring.long;
  if (unit.pointsElsewhere) form += scoring.elsewhere;
  if (naming && unit.kind === "sentence" && defines(unit, places)) form += scoring.names;
  if (unit.kind === "code") form += scoring.code;
  return form;
}

const saysWhatIs =
  /^\W*(?:(?:an?|the)\s)?.{1,60}?(?:\b(?:is|are|was|were|means?|refers? to|acts? as|describes?|represents?|stands? for|consists? of|defines?)\b|คือ|หมายถึง)/iu;
const indefinite = /^\W*(?:any|some|if|when|every|each|no)\b/i;

/** A sentence whose subject is what was asked about, not one that mentions it. */
function defines({ text, terms }: PassageUnit, places: ReadonlyMap<string, number>): boolean {
  const beginning = new Set(terms.slice(0, places.size + 1));
  return (
    saysWhatIs.test(text) && !indefinite.test(text) && [...places.keys()].every((term) => beginning.has(term))
  );
}

/** Which of the question's terms stand in the words, as bits, and how many of its neighbouring pairs do. */
function termsFound(
  words: readonly string[],
  places: ReadonlyMap<string, number>,
): { mask: number; pairs: number } {
  let mask = 0;
  let pairMask = 0;
  let pairs = 0;
  let previous = -2;
  let previousAt = -9;
  for (const [at, word] of words.entries()) {
    const place = places.get(word);
    if (place === undefined) continue;
    mask |= 1 << place;
    if (place === previous + 1 && at - previousAt <= 2 && ((pairMask >> place) & 1) === 0) {
      pairMask |= 1 << place;
      pairs += 1;
    }
    previous = place;
    previousAt = at;
  }
  return { mask, pairs: places.size < 2 ? 0 : pairs / (places.size - 1) };
}

function weightOf(mask: number, terms: readonly WeighedTerm[]): number {
  if (mask === 0) return 0;
  let weight = 0;
  for (const [place, term] of terms.entries()) if ((mask >> place) & 1) weight += term.weight;
  return weight;
}
