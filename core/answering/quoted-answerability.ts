import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { synonymsOf } from "../text/synonyms.ts";
import { answerability } from "./answerability.ts";
import { chooseQuotes } from "./choose-quotes.ts";
import { chooseSteps } from "./choose-steps.ts";
import { findEvidence } from "./evidence.ts";
import { namesIn } from "./question-type.ts";

/** How much a missing name lowers the confidence, by its share of the question, and the most that it can. */
const perName = 1.5;
const mostForNames = 0.5;
/** Names that are a smaller share of the question are an aside. */
const leastName = 0.2;
/** What is left where a procedure is asked for, none is found, and the quotes leave out more than an aside. */
const withoutProcedure = 0.4;
const aside = 0.25;
/** Longer questions say much that an answer need not repeat. */
const shortQuestion = 8;

/**
 * How likely the quotes, not only the passages, answer the question, from 0 to 1: lowered where they and what they stand
 * under lack a name or a number that was asked about, or the action of a question for what to do. The product's own
 * choice, made by reading answers to questions next to what the pages cover.
 */
export function quotedAnswerability(question: string, result: SearchResult): number {
  const value = answerability(question, result);
  if (value === 0) return 0;
  const evidence = findEvidence(question, result);
  if (evidence.terms.length > shortQuestion) return value;
  const quotes = chooseQuotes(evidence);
  const says = (term: string): boolean => quotes.some(({ source }) => source.parts.terms.has(term));
  const missing = evidence.terms.filter(({ term }) => !says(term) && !synonymsOf(term).some(says));
  const named = namesIn(question);
  const names = Math.max(0, ...missing.flatMap(({ term, weight }) => (named.has(term) ? [weight] : [])));
  const forNames = names < leastName ? 1 : 1 - Math.min(mostForNames, perName * names);
  const vague = evidence.type === "how_to" && weightOf(missing) > aside && chooseSteps(evidence).length === 0;
  return value * Math.min(forNames, vague ? withoutProcedure : 1);
}

const weightOf = (terms: readonly { readonly weight: number }[]): number =>
  terms.reduce((sum, { weight }) => sum + weight, 0);
