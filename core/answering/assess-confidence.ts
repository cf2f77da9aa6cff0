import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { answerability } from "./answerability.ts";
import { analyze } from "../text/analyze.ts";
import type { Grounding } from "./check-grounding.ts";
import { confidenceLevel, type Confidence, type ConfidenceReason } from "./confidence.ts";
import { confidenceFeatures, type ConfidenceFeatures } from "./confidence-features.ts";
import { extractive, type Draft } from "./draft.ts";
import { findEvidence } from "./evidence.ts";
import { quotedAnswerability } from "./quoted-answerability.ts";
import { pointsBack } from "../conversation/standalone-question.ts";

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
  const quoting = draft.answeredBy === extractive;
  const retrieval = quoting ? quotedAnswerability(question, result) : answerability(question, result);
  // A model has read the passages and found an answer in them, so its support counts as much as the words do.
  const answered = quoting ? retrieval : (retrieval + grounding.support) / 2;
  const value = draft.text === "" ? retrieval / 2 : answered * supportFactor(draft, grounding);
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
  { topScore }: ConfidenceFeatures,
): ConfidenceReason[] {
  const { terms, units } = findEvidence(question, result);
  const found = units[0]?.parts.terms ?? new Set<string>();
  const missing = terms.filter(({ term }) => !found.has(term)).toSorted((a, b) => b.weight - a.weight);
  const covered = 1 - missing.reduce((sum, { weight }) => sum + weight, 0);
  const written = asWritten(question);
  const list: ConfidenceReason[] = [];
  const words = missing
    .slice(0, 5)
    .map(({ term }) => written.get(term) ?? term)
    .join(", ");
  if (covered >= 0.75) list.push(supports("words_covered", { percent: percent(covered) }));
  else list.push(against("words_missing", { percent: percent(covered), words }));
  if (topScore >= 0.5) list.push(supports("strong_match", { percent: percent(topScore) }));
  else if (topScore < 0.25) list.push(against("weak_match", { percent: percent(topScore) }));
  const similarity = result.hits.reduce((most, hit) => Math.max(most, hit.similarity ?? -1), -1);
  if (similarity >= closeMeaning) list.push(supports("meaning_match", { percent: percent(similarity) }));
  const documents = new Set(draft.citations.map(({ documentId }) => documentId)).size;
  if (documents > 1) list.push(supports("sources_agree", { documents }));
  else if (documents === 1) list.push(against("single_source", { documents }));
  if (draft.text === "") list.push(against("nothing_found", {}));
  else if (grounding.grounded)
    list.push(supports("fully_supported", { sentences: grounding.sentences.length }));
  else
    list.push(
      against("partly_supported", {
        percent: percent(grounding.support),
        sentences: grounding.unsupported.length,
      }),
    );
  const names = namesIn(written).filter((term) => !found.has(term));
  if (names.length > 0)
    list.push(
      against("names_or_numbers_missing", {
        words: names
          .slice(0, 5)
          .map((term) => written.get(term) ?? term)
          .join(", "),
      }),
    );
  if (terms.length <= 2 && pointsBack(question))
    list.push(against("question_unclear", { words: terms.length }));
  return list;
}

const wordOf = /[\p{L}\p{M}\p{N}_]+(?:[.\-/:@'+#][\p{L}\p{M}\p{N}_]+)*/gu;

/** The question's words by their terms, as they were written. */
const asWritten = (question: string): ReadonlyMap<string, string> =>
  new Map(
    (question.match(wordOf) ?? [])
      .flatMap((word) => analyze(word).map((term) => [term, word]))
      .toReversed() as [string, string][],
  );

/** Terms of capitalised words within the question, and of all with digits: what it is about is usually named. */
const namesIn = (written: ReadonlyMap<string, string>): readonly string[] =>
  [...written]
    .toReversed()
    .filter(([, word], place) => /\d/.test(word) || (place > 0 && /^\p{Lu}/u.test(word) && word !== "I"))
    .map(([term]) => term);

const percent = (share: number): number => Math.round(100 * share);
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
