import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { analyze } from "../text/analyze.ts";
import { findEvidence, type Evidence, type ScoredUnit } from "./evidence.ts";
import { passageParts } from "./passage-units.ts";
import { satisfiesType } from "./question-type.ts";
import { pointsBack } from "./standalone-question.ts";

export const featureNames = [
  "topScore",
  "margin",
  "unitCoverage",
  "contextCoverage",
  "passageCoverage",
  "anyCoverage",
  "rarestMissing",
  "unseen",
  "namesMissing",
  "pairs",
  "heading",
  "answersType",
  "newAnswer",
  "agreement",
  "terms",
  "pointsBack",
  "density",
] as const;
export type FeatureName = (typeof featureNames)[number];
/** Each from 0 to 1. */
export type ConfidenceFeatures = Readonly<Record<FeatureName, number>>;

/**
 * What retrieval and the best unit say about whether the passages answer the question:
 * - `topScore`: the best hit's BM25 score by the sum of the terms' inverse document frequencies, its upper bound;
 *   `margin`: how far the fifth hit stays behind it
 * - `unitCoverage`, `contextCoverage`: share of the question's weight in the best unit, and with its surroundings;
 *   `passageCoverage`, `anyCoverage`: in the passage of the best unit, and in the best of all passages read
 * - `rarestMissing`: the heaviest term that stands nowhere in that passage; `unseen`: weight of terms that stand in no
 *   passage of the tenant; `namesMissing`: share of the question's names and figures missing in that passage
 * - `pairs`: share of neighbouring word pairs kept; `heading`: weight of the terms in title and headings
 * - `answersType`, `newAnswer`: the best unit holds a word of the kind asked for; one that the question does not hold
 * - `agreement`: share of the first five hits that cover nearly as much; `terms`: how many naming words (of 10)
 * - `pointsBack`: the question leans on something unsaid; `density`: share of the best unit's words that were asked for
 */
export function confidenceFeatures(question: string, result: SearchResult): ConfidenceFeatures {
  const evidence = findEvidence(question, result);
  const [best] = evidence.units;
  const { terms } = evidence;
  const ideal = result.terms.reduce((sum, { idf }) => sum + idf, 0);
  const scores = result.hits.map(({ wordScore }) => wordScore).toSorted((a, b) => b - a);
  const top = scores[0] ?? 0;
  const covered = result.hits.slice(0, 5).map(({ passage }) => {
    const parts = passageParts(passage);
    const words = new Set([...parts.headingTerms, ...parts.units.flatMap((unit) => unit.terms)]);
    return { words, weight: sum(terms.filter(({ term }) => words.has(term))) };
  });
  const words = best === undefined ? new Set<string>() : passageTerms(best);
  const missing = terms.filter(({ term }) => !words.has(term));
  const anyCoverage = Math.max(0, ...covered.map(({ weight }) => weight));
  const names = namesIn(question);
  return {
    topScore: ideal > 0 ? Math.min(1, top / ideal) : 0,
    margin: top > 0 ? 1 - (scores[4] ?? 0) / top : 0,
    unitCoverage: best?.coverage ?? 0,
    contextCoverage: best?.contextCoverage ?? 0,
    passageCoverage: sum(terms.filter(({ term }) => words.has(term))),
    anyCoverage,
    rarestMissing: Math.max(0, ...missing.map(({ weight }) => weight)),
    unseen: sum(terms.filter(({ passages }) => passages === 0)),
    namesMissing: names.length === 0 ? 0 : names.filter((term) => !words.has(term)).length / names.length,
    pairs: best?.pairs ?? 0,
    heading: best === undefined ? 0 : sum(terms.filter(({ term }) => best.parts.headingTerms.has(term))),
    answersType: best?.answersType === true ? 1 : 0,
    newAnswer: best !== undefined && holdsNewAnswer(evidence, best) ? 1 : 0,
    agreement: covered.filter(({ weight }) => weight >= 0.8 * anyCoverage).length / 5,
    terms: Math.min(1, terms.length / 10),
    pointsBack: pointsBack(question) ? 1 : 0,
    density:
      best === undefined
        ? 0
        : best.unit.terms.filter((term) => terms.some((asked) => asked.term === term)).length /
          Math.max(1, best.unit.terms.length),
  };
}

const sum = (terms: readonly { readonly weight: number }[]): number =>
  Math.min(
    1,
    terms.reduce((total, { weight }) => total + weight, 0),
  );

const passageTerms = ({ parts }: ScoredUnit): ReadonlySet<string> =>
  new Set([...parts.headingTerms, ...parts.units.flatMap(({ terms }) => terms)]);

/** Capitalised words within the question, and all with digits: what it is about is usually named. */
function namesIn(question: string): readonly string[] {
  const words = question.match(/[\p{L}\p{M}\p{N}_]+(?:[.\-/:@'+#][\p{L}\p{M}\p{N}_]+)*/gu) ?? [];
  const names = words.filter(
    (word, place) => /\d/.test(word) || (place > 0 && /^\p{Lu}/u.test(word) && word !== "I"),
  );
  return [...new Set(names.flatMap((name) => analyze(name)))];
}

/** Is a word of the kind asked for left when the question's own words are taken out of the unit? */
function holdsNewAnswer({ type, terms }: Evidence, { unit }: ScoredUnit): boolean {
  const asked = new Set(terms.map(({ term }) => term));
  const rest = unit.text.replaceAll(/[\p{L}\p{M}\p{N}]+/gu, (word) =>
    analyze(word).some((term) => asked.has(term)) ? "x" : word,
  );
  return satisfiesType(type, rest);
}
