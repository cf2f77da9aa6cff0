import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { answerability, probability } from "./answerability.ts";
import type { Grounding } from "./check-grounding.ts";
import { confidenceLevel, type Confidence, type ConfidenceReason } from "./confidence.ts";
import { confidenceFeatures, type ConfidenceFeatures } from "./confidence-features.ts";
import type { Draft } from "./draft.ts";
import { findEvidence } from "./evidence.ts";

export interface ConfidenceInput {
  /** As it was searched: made understandable without its thread. */
  readonly question: string;
  readonly result: SearchResult;
  readonly draft: Draft;
  readonly grounding: Grounding;
}

/** The most that an answer gets of which nothing was cited, or that stops early. */
const doubtful = 0.35;
/** Cosine similarity of the best hit from which the meaning counts as matched; the product's own choice. */
const closeMeaning = 0.6;

/**
 * How sure the answer is, from 0 to 1: what retrieval says about the question, lowered by what the answer's own check
 * found unsupported. 0 for an empty draft without hits.
 */
export function assessConfidence({ question, result, draft, grounding }: ConfidenceInput): Confidence {
  if (result.hits.length === 0) return finish(0, [against("nothing_found", {})]);
  const features = confidenceFeatures(question, result);
  const retrieval = probability(features);
  const value =
    draft.text === "" ? Math.min(retrieval, doubtful) / 2 : retrieval * supportFactor(draft, grounding);
  return finish(value, reasons({ question, result, draft, grounding }, features));
}

/** The same by retrieval alone, without a draft: how likely the passages answer the question, from 0 to 1. */
export const retrievalConfidence = answerability;

function supportFactor(draft: Draft, grounding: Grounding): number {
  if (draft.citations.length === 0) return doubtful;
  const known = grounding.unknownCitations.length === 0 ? 1 : 0.7;
  return known * (draft.complete ? 1 : 0.8) * (0.3 + 0.7 * grounding.support);
}

function reasons(
  { question, result, draft, grounding }: ConfidenceInput,
  features: ConfidenceFeatures,
): ConfidenceReason[] {
  const { terms, units } = findEvidence(question, result);
  const [best] = units;
  const found = new Set(
    best === undefined ? [] : [...best.parts.headingTerms, ...best.parts.units.flatMap((unit) => unit.terms)],
  );
  const missing = terms.filter(({ term }) => !found.has(term)).toSorted((a, b) => b.weight - a.weight);
  const list: ConfidenceReason[] = [];
  const covered = Math.round(100 * features.passageCoverage);
  if (features.passageCoverage >= 0.75) list.push(supports("words_covered", { percent: covered }));
  else
    list.push(
      against("words_missing", {
        percent: covered,
        words: missing
          .slice(0, 5)
          .map(({ term }) => term)
          .join(", "),
      }),
    );
  if (features.topScore >= 0.5)
    list.push(supports("strong_match", { percent: Math.round(100 * features.topScore) }));
  else if (features.topScore < 0.25)
    list.push(against("weak_match", { percent: Math.round(100 * features.topScore) }));
  const similarity = Math.max(...result.hits.map((hit) => hit.similarity ?? -1));
  if (similarity >= closeMeaning)
    list.push(supports("meaning_match", { similarity: Math.round(100 * similarity) / 100 }));
  const documents = new Set(draft.citations.map(({ documentId }) => documentId)).size;
  if (documents > 1) list.push(supports("sources_agree", { documents }));
  else if (documents === 1) list.push(against("single_source", { documents }));
  if (draft.text !== "") {
    const percent = Math.round(100 * grounding.support);
    if (grounding.grounded) list.push(supports("fully_supported", { sentences: grounding.sentences.length }));
    else list.push(against("partly_supported", { percent, sentences: grounding.unsupported.length }));
  } else list.push(against("nothing_found", {}));
  if (features.namesMissing > 0)
    list.push(against("names_or_numbers_missing", { percent: Math.round(100 * features.namesMissing) }));
  if (features.pointsBack > 0 && terms.length <= 2)
    list.push(against("question_unclear", { words: terms.length }));
  return list;
}

const finish = (value: number, list: readonly ConfidenceReason[]): Confidence => {
  const rounded = Math.round(1000 * Math.min(1, Math.max(0, value))) / 1000;
  return { value: rounded, level: confidenceLevel(rounded), reasons: list };
};
const supports = (code: ConfidenceReason["code"], facts: ConfidenceReason["facts"]): ConfidenceReason => ({
  code,
  effect: "for",
  facts,
});
const against = (code: ConfidenceReason["code"], facts: ConfidenceReason["facts"]): ConfidenceReason => ({
  code,
  effect: "against",
  facts,
});
