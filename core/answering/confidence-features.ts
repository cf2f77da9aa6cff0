import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { findEvidence } from "./evidence.ts";
import type { ScoredUnit } from "./score-units.ts";

export const featureNames = [
  "topScore",
  "informationCovered",
  "bestUnit",
  "density",
  "negationMissing",
  "yesNo",
] as const;
export type FeatureName = (typeof featureNames)[number];
/** Each from 0 to about 1. */
export type ConfidenceFeatures = Readonly<Record<FeatureName, number>>;

/** As much matched information as four words that stand in no other passage counts as full. */
const fullInformation = 4;
/** The strongest unit is looked for among this many. */
const candidates = 12;
/** In questions with more naming words than this, one negation says little. */
const shortQuestion = 10;
const negation =
  /\b(?:not|never|none|except|besides|neither|nor|cannot|without|non-?\w*|\w+n['’]t)\b|(?<!หรือ)ไม่/iu;

/** Among the first units; the very first was put there for its form as well. */
const strongest = (units: readonly ScoredUnit[]): ScoredUnit | undefined =>
  units
    .slice(0, candidates)
    .reduce<ScoredUnit | undefined>(
      (most, unit) => (unit.match > (most?.match ?? 0) ? unit : most),
      undefined,
    );

/**
 * What retrieval and the strongest unit of the passages say about whether they answer the question:
 * - `topScore`: the best BM25 score by its upper bound, the sum of the terms' inverse document frequencies (idf)
 * - `informationCovered`: the idf of the terms in the strongest unit and its surroundings, by the idf of unseen words
 * - `bestUnit`: how far that unit matches (score-units.ts); `density`: share of its words that were asked for
 * - `negationMissing`: a short question denies something and the unit does not; such questions often have no answer
 * - `yesNo`: a yes or no is asked for; passages that match such questions often leave them open
 */
export function confidenceFeatures(question: string, result: SearchResult): ConfidenceFeatures {
  const { terms, type, units } = findEvidence(question, result);
  const best = strongest(units);
  const saidOtherwise = new Set(
    terms.flatMap(({ term, passages }, at) =>
      passages === 0 && best !== undefined && (((best.mask | best.above) >> at) & 1) === 1 ? [term] : [],
    ),
  );
  const idf = result.terms.reduce(
    (sum, { term, idf: own }) => (saidOtherwise.has(term) ? sum : sum + own),
    0,
  );
  const unseen = Math.log(1 + (result.collectionSize + 0.5) / 0.5);
  const top = result.hits.reduce((most, { wordScore }) => Math.max(most, wordScore), 0);
  const denies =
    terms.length <= shortQuestion && negation.test(question) && !negation.test(best?.unit.text ?? "");
  const asked = new Set(terms.map(({ term }) => term));
  const words = best?.unit.terms ?? [];
  return {
    topScore: idf > 0 ? Math.min(1, top / idf) : 0,
    informationCovered: Math.min(1, ((best?.contextCoverage ?? 0) * idf) / unseen / fullInformation),
    bestUnit: Math.min(1.5, Math.max(0, best?.match ?? 0)),
    density: words.length === 0 ? 0 : words.filter((word) => asked.has(word)).length / words.length,
    negationMissing: denies ? Math.min(1, 6 / Math.max(1, terms.length)) : 0,
    yesNo: type === "yes_no" ? 1 : 0,
  };
}
