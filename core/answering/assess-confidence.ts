import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { answerability } from "./answerability.ts";
import { analyze } from "../text/analyze.ts";
import { normalizeText } from "../text/normalize.ts";
import { segmentWords, splitByScript } from "../text/unspaced-scripts.ts";
import type { Grounding } from "./check-grounding.ts";
import { confidenceLevel, type Confidence, type ConfidenceReason } from "./confidence.ts";
import { confidenceFeatures, type ConfidenceFeatures } from "./confidence-features.ts";
import { extractive, type Draft } from "./draft.ts";
import { findEvidence } from "./evidence.ts";
import { quotedAnswerability } from "./quoted-answerability.ts";
import { askingTerms } from "./question-type.ts";
import { pointsBack } from "../conversation/standalone-question.ts";

export interface ConfidenceInput {
  /** As it was searched: made understandable without its thread. */
  readonly question: string;
  /** As the person wrote it, where that differs: only its words are called missing. */
  readonly asked?: string;
  readonly result: SearchResult;
  readonly draft: Draft;
  readonly grounding: Grounding;
  /** The asker named the source, so that it did not have to be found by words: these say nothing about it then. */
  readonly sourceGiven?: boolean;
}

/** The most that an answer gets of which nothing was cited, or that stops early. */
const doubtful = 0.35;
/** Cosine similarity of the best hit from which the meaning counts as matched; the product's own choice. */
const closeMeaning = 0.6;

/**
 * How sure the answer is, from 0 to 1: what retrieval says about the question, lowered by what the answer's own check
 * found unsupported. 0 for an empty draft without hits.
 */
export function assessConfidence(input: ConfidenceInput): Confidence {
  const { question, result, draft, grounding } = input;
  if (result.hits.length === 0) return finish(0, [against("nothing_found", {})]);
  const features = confidenceFeatures(question, result);
  const quoting = draft.answeredBy === extractive;
  const retrieval = quoting ? quotedAnswerability(question, result) : answerability(question, result);
  // A model has read the passages and found an answer in them, so its support counts as much as the words do.
  const answered = quoting && input.sourceGiven !== true ? retrieval : (retrieval + grounding.support) / 2;
  const value = draft.text === "" ? retrieval / 2 : answered * supportFactor(draft, grounding);
  return finish(value, reasons(input, features));
}

/** The same by retrieval alone, without a draft: how likely the passages answer the question, from 0 to 1. */
export const retrievalConfidence = answerability;

function supportFactor(draft: Draft, grounding: Grounding): number {
  if (draft.citations.length === 0) return doubtful;
  const known = grounding.unknownCitations.length === 0 ? 1 : 0.7;
  return known * (draft.complete ? 1 : 0.8) * (0.3 + 0.7 * grounding.support);
}

function reasons(
  { question, asked, result, draft, grounding, sourceGiven = false }: ConfidenceInput,
  { topScore }: ConfidenceFeatures,
): ConfidenceReason[] {
  const { terms, units } = findEvidence(question, result);
  const found = units[0]?.parts.terms ?? new Set<string>();
  const missing = terms.filter(({ term }) => !found.has(term)).toSorted((a, b) => b.weight - a.weight);
  const covered = 1 - missing.reduce((sum, { weight }) => sum + weight, 0);
  const written = asWritten(question);
  const own = asked === undefined ? written : asWritten(asked);
  const list: ConfidenceReason[] = [];
  const ownMissing = missing.filter(({ term }) => own.has(term) && !askingTerms.has(term));
  const words = listed(
    (ownMissing.length > 0 ? ownMissing : missing).map(({ term }) => written.get(term)?.word ?? term),
  );
  if (covered >= 0.75) list.push(supports("words_covered", { percent: percent(covered) }));
  else if (!sourceGiven) list.push(against("words_missing", { percent: percent(covered), words }));
  if (topScore >= 0.5) list.push(supports("strong_match", { percent: percent(topScore) }));
  else if (topScore < 0.25 && !sourceGiven) list.push(against("weak_match", { percent: percent(topScore) }));
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
  const names = [...own].filter(([term, { name }]) => name && !found.has(term)).map(([, { word }]) => word);
  if (names.length > 0) list.push(against("names_or_numbers_missing", { words: listed(names) }));
  if (terms.length <= 2 && (sourceGiven || pointsBack(question)))
    list.push(against("question_unclear", { words: terms.length }));
  return list;
}

interface WrittenWord {
  readonly word: string;
  /** Does it hold a digit, or is it capitalised within a sentence? What a question is about is usually named. */
  readonly name: boolean;
}

const wordOf = /[\p{L}\p{M}\p{N}_]+(?:(?:[.\-/:\\@'+#]|(?<=\p{N}),(?=\p{N}))[\p{L}\p{M}\p{N}_]+)*/gu;
const sentenceStart = /(?:^[^\p{L}\p{N}]*|[.?!…\n]\s*)$/u;

/** The question's words by their terms, as they were first written and in that order. */
function asWritten(question: string): ReadonlyMap<string, WrittenWord> {
  const written = new Map<string, WrittenWord>();
  const add = (term: string, word: WrittenWord): void => {
    if (!written.has(term)) written.set(term, word);
  };
  let before = "";
  splitByScript(normalizeText(question)).forEach((part, index) => {
    if (index % 2 === 1) for (const word of segmentWords(part)) add(word, { word, name: false });
    else
      for (const { 0: word, index: at } of part.matchAll(wordOf)) {
        const capital = /^\p{Lu}/u.test(word) && !sentenceStart.test(before + part.slice(0, at));
        for (const term of analyze(word))
          add(term, { word, name: /\p{N}/u.test(word) || (capital && !askingTerms.has(term)) });
      }
    before += part;
  });
  return written;
}

/** At most five of them, each once. */
const listed = (words: readonly string[]): string => [...new Set(words)].slice(0, 5).join(", ");

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
