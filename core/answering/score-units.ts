import type { SearchHit } from "../knowledge/knowledge-index.ts";
import { passageParts, type PassageParts, type PassageUnit } from "./passage-units.ts";
import { placesOfAny } from "./word-places.ts";
import { askingTerms, type QuestionType } from "./question-type.ts";

export interface WeighedTerm {
  readonly term: string;
  /** Share of the question's information, from 0 to 1: its inverse document frequency among the question's terms. */
  readonly weight: number;
  readonly passages: number;
}

/** A unit with how well it answers. */
export interface ScoredUnit {
  readonly asked: Asked;
  readonly hit: SearchHit;
  /** Place of the hit in the result, and its score as a share of the best hit's. */
  readonly rank: number;
  readonly relative: number;
  readonly parts: PassageParts;
  readonly unit: PassageUnit;
  /** Place of the unit in the passage's units. */
  readonly index: number;
  /** Which of the question's terms stand in the unit, and which above it, as bits. */
  readonly mask: number;
  readonly above: number;
  /** Share of the question's weight that stands in the unit itself. */
  readonly coverage: number;
  /** Share that stands above it: in the title, the headings and what introduces it. */
  readonly aboveCoverage: number;
  /** The share of the unit with its neighbours, and what it stands under. */
  readonly contextCoverage: number;
  /** How far the question's very words stand here, whatever the form of the unit. */
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
  /** The terms that name something, as bits. */
  readonly names: number;
  /** Are commands or code asked for? */
  readonly code: boolean;
  /** How far a text holds what the question's type asks for, from 0 to 1. */
  fits(text: string): number;
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
  code: -0.4,
  codeAsked: 0,
  example: -0.3,
  heading: 0.3,
  asks: -0.5,
  short: -0.15,
  long: -0.1,
  elsewhere: -0.3,
  identifierMissing: -0.3,
  identifierElsewhere: -0.15,
  record: -0.35,
  numberless: -0.1,
  /** Power of the hit's score relative to the best hit's. */
  retrieval: 0.5,
};

/** How many units at the beginning of a section its heading speaks for. */
const openingUnits = 3;

export function scoreUnits(
  hit: SearchHit,
  rank: number,
  relative: number,
  asked: Asked,
): readonly ScoredUnit[] {
  const { terms } = asked;
  const parts = passageParts(hit.passage);
  const found = termsFoundIn(parts, asked);
  const maskAt = (index: number): number => found[index]?.mask ?? 0;
  const exactAt = (index: number): number => found[index]?.exact ?? 0;
  const headings = termsFound([...parts.headingTerms], asked);
  const passage = found.reduce((all, { mask }) => all | mask, 0);
  const exactPassage = found.reduce((all, { exact }) => all | exact, 0);
  const headingFits = parts.sections.map(({ heading, headingTerms }) =>
    // The title speaks for the whole page, not for what stands first on it.
    heading === hit.passage.title ? 0 : headingFit(headingTerms, asked),
  );
  const weight = Math.max(relative, 0) ** scoring.retrieval;
  let questionMask = 0;
  let questionAt = -10;
  const scored: ScoredUnit[] = [];
  parts.units.forEach((unit, index) => {
    const { mask, exact, pairs } = found[index] ?? nothingFound;
    if (unit.kind === "heading") return;
    const near = maskAt(index - 1) | maskAt(index + 1);
    const answers = index - questionAt <= 4 ? questionMask : 0;
    const above = unit.above.reduce((all, at) => all | maskAt(at), headings.mask | answers);
    const exactAbove = unit.above.reduce((all, at) => all | exactAt(at), headings.exact | answers);
    const exactNear = exactAt(index - 1) | exactAt(index + 1);
    if (unit.asks) {
      questionMask = exact;
      questionAt = index;
    }
    const coverage = weightOf(mask, terms);
    const aboveCoverage = weightOf(above, terms);
    const contextCoverage = weightOf(exact | exactAbove | exactNear, terms);
    const fits = asked.fits(withWhatFollows(parts, unit));
    const typed = scoring.answersType * fits + scoring.pairs * pairs;
    const match = typed + placesMatched(exact, exactAbove, exactNear, exactPassage, terms);
    const alike = typed + placesMatched(mask, above, near, passage, terms);
    let form = formOf(unit, index, asked);
    // The passage's title and headings name all that was asked about.
    if (aboveCoverage > 0.95) form += scoring.about;
    if (asked.type === "how_many" && fits === 0) form += scoring.numberless;
    const section = parts.sections[unit.section];
    if (asked.type === "how_to") form += scoring.steps * Math.max(0, section?.promise ?? 0) * contextCoverage;
    if (section !== undefined && index - section.first < openingUnits)
      form += scoring.heading * (headingFits[unit.section] ?? 0);
    if ((asked.identifiers & ~(mask | above | passage)) !== 0) form += scoring.identifierMissing;
    else if ((asked.identifiers & ~(mask | above)) !== 0) form += scoring.identifierElsewhere;
    scored.push({
      asked,
      hit,
      rank,
      relative: Math.max(relative, 0),
      parts,
      unit,
      index,
      mask,
      above,
      coverage,
      aboveCoverage,
      contextCoverage,
      match: match * weight,
      score: (alike + form) * weight,
    });
  });
  return scored;
}

/** The shares of the question in a unit, above it, beside it and elsewhere in its passage, each counted once. */
const placesMatched = (
  own: number,
  above: number,
  near: number,
  passage: number,
  terms: readonly WeighedTerm[],
): number =>
  weightOf(own, terms) +
  scoring.above * weightOf(above & ~own, terms) +
  scoring.near * weightOf(near & ~own & ~above, terms) +
  scoring.passage * weightOf(passage & ~own & ~above & ~near, terms);

/** A heading that says what was asked and little else: what stands first below it answers. 0 or from 0.5 to 1. */
export function headingFit(headingTerms: readonly string[], asked: Pick<Asked, "terms" | "places">): number {
  const own = headingTerms.filter((term) => !askingTerms.has(term));
  if (own.length === 0) return 0;
  const covered = weightOf(termsFound(own, asked).mask, asked.terms);
  const precise = own.filter((term) => asked.places.has(term)).length / own.length;
  const both = covered + precise === 0 ? 0 : (2 * covered * precise) / (covered + precise);
  return both >= 0.5 ? both : 0;
}

/** What introduces a list or a table is read with it. */
function withWhatFollows(
  { text, blocks }: PassageParts,
  { introduces, block, start, text: own }: PassageUnit,
): string {
  const next = introduces ? blocks[block + 1] : undefined;
  return next?.kind === "list" || next?.kind === "table" ? text.slice(start, next.end) : own;
}

function formOf(unit: PassageUnit, index: number, asked: Asked): number {
  const { naming, code, type } = asked;
  const size = unit.terms.length;
  let form = index === 0 ? scoring.first : 0;
  if (unit.asks) form += scoring.asks;
  if (size < 4) form += scoring.short;
  if (size > 60) form += scoring.long;
  if (unit.pointsElsewhere) form += scoring.elsewhere;
  if (naming && defines(unit, asked)) form += scoring.names;
  if (unit.kind === "code") form += code ? scoring.codeAsked : scoring.code;
  if (unit.example) form += scoring.example;
  if (type !== "who" && type !== "when" && record.test(unit.text)) form += scoring.record;
  return form;
}

/** What a page says of itself: who keeps it, since when. */
const record =
  /^\W*(?:(?:document |process |page )?owners?|reviewed|last (?:updated|reviewed)|in force|version|effective)\b|^(?:ผู้รับผิดชอบ|มีผลตั้งแต่|ปรับปรุงล่าสุด)/i;

const saysWhatIs =
  /^\W*(?:(?:an?|the)\s)?.{1,60}?(?:\b(?:is|are|was|were|means?|refers? to|acts? as|describes?|represents?|stands? for|consists? of|defines?)\b|คือ|หมายถึง)/iu;
/** "**Term** - …", "| Term | …": a name and what it means. */
const named =
  /^\s*(?:[-*+•]\s+|\|\s*|\d+[.)]\s+)?(?:\*\*|`|__)?[^|:–—]{1,40}?(?:\*\*|`|__)?\s*(?:\||:|–|—| - )/u;
const indefinite = /^\W*(?:any|some|if|when|every|each|no)\b/i;

/** Its subject is what was asked about, and it does not only mention it; an item or a row begins with its name. */
function defines({ kind, text, terms: words }: PassageUnit, { terms, places }: Asked): boolean {
  const beginning = new Set(words.slice(0, terms.length + 1).map((word) => places.get(word)));
  if (!terms.every((_, place) => beginning.has(place))) return false;
  return kind === "sentence"
    ? saysWhatIs.test(text) && !indefinite.test(text)
    : kind !== "code" && named.test(text);
}

/** Which of the question's terms stand in the words, or something that says nearly the same, as bits. */
export const maskOf = (words: readonly string[], asked: Pick<Asked, "places" | "terms">): number =>
  termsFound(words, asked).mask;

interface TermsFound {
  /** As bits: the question's terms that stand in the words, or something that says nearly the same. */
  readonly mask: number;
  /** Those that stand there themselves. */
  readonly exact: number;
  /** Share of the question's neighbouring pairs that are neighbours here. */
  readonly pairs: number;
}
const nothingFound: TermsFound = { mask: 0, exact: 0, pairs: 0 };

const termsFound = (words: readonly string[], asked: Pick<Asked, "places" | "terms">): TermsFound =>
  readTerms(words, words.keys(), asked);

/** Of each unit. */
function termsFoundIn({ units, places }: PassageParts, asked: Asked): readonly TermsFound[] {
  const all = placesOfAny(places, asked.places.keys());
  let start = 0;
  let next = 0;
  return units.map(({ terms: words }) => {
    const own: number[] = [];
    const end = start + words.length;
    for (let at = all[next]; at !== undefined && at < end; at = all[(next += 1)]) own.push(at - start);
    start = end;
    return own.length === 0 ? nothingFound : readTerms(words, own, asked);
  });
}

/** Reads the words at these places, ascending; at others stands none of the question's. */
function readTerms(
  words: readonly string[],
  at: Iterable<number>,
  { places, terms }: Pick<Asked, "places" | "terms">,
): TermsFound {
  let mask = 0;
  let exact = 0;
  let pairMask = 0;
  let pairs = 0;
  let previous = -2;
  let previousAt = -9;
  for (const each of at) {
    const word = words[each] ?? "";
    const place = places.get(word);
    if (place === undefined) continue;
    mask |= 1 << place;
    if (terms[place]?.term !== word) {
      // Where no passage at all says it in the asker's word, the other word is as good.
      if (terms[place]?.passages === 0) exact |= 1 << place;
      continue;
    }
    exact |= 1 << place;
    if (place === previous + 1 && each - previousAt <= 2 && ((pairMask >> place) & 1) === 0) {
      pairMask |= 1 << place;
      pairs += 1;
    }
    previous = place;
    previousAt = each;
  }
  return { mask, exact, pairs: terms.length < 2 ? 0 : pairs / (terms.length - 1) };
}

export function weightOf(mask: number, terms: readonly WeighedTerm[]): number {
  if (mask === 0) return 0;
  let weight = 0;
  for (let place = 0; place < terms.length; place += 1)
    if ((mask >> place) & 1) weight += terms[place]?.weight ?? 0;
  return weight;
}
