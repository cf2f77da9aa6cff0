import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { synonymsOf } from "../text/synonyms.ts";
import { answerShape } from "./answer-shape.ts";
import {
  asksForCode,
  asksWhatIs,
  askingTerms,
  eventTerms,
  namesIn,
  questionType,
  type QuestionType,
} from "./question-type.ts";
import { scoreUnits, type Asked, type ScoredUnit, type WeighedTerm } from "./score-units.ts";

export interface Evidence {
  readonly type: QuestionType;
  readonly terms: readonly WeighedTerm[];
  readonly asked: Asked;
  /** Best first. */
  readonly units: readonly ScoredUnit[];
}

/** Only the best hits are read; the rest rarely answer and cost as much. */
const readHits = 8;
/** As many terms as a 32-bit mask holds; longer questions are read by their rarest words. */
const maskedTerms = 30;
/** The least that a term weighs, as an inverse document frequency: also words of every passage are asked for. */
const leastIdf = 0.05;
/** Asked about more than this, a question is not for what one thing is. */
const namingTerms = 4;

const known = new WeakMap<SearchResult, { readonly question: string; readonly evidence: Evidence }>();

/** Reads the best hits unit by unit for what answers the question. Remembered per result. */
export function findEvidence(question: string, result: SearchResult): Evidence {
  const remembered = known.get(result);
  if (remembered?.question === question) return remembered.evidence;
  const type = questionType(question);
  const terms = weighTerms(result, new Set(eventTerms(question)));
  const named = namesIn(question);
  const asked: Asked = {
    type,
    terms,
    places: placesOf(terms),
    identifiers: terms.reduce((mask, { term }, at) => (/\d/.test(term) ? mask | (1 << at) : mask), 0),
    names: terms.reduce((mask, { term }, at) => (named.has(term) ? mask | (1 << at) : mask), 0),
    code: asksForCode(question),
    fits: answerShape(question, type),
    naming: terms.length > 0 && terms.length <= namingTerms && asksWhatIs(question),
  };
  const top = result.hits.reduce((most, { score }) => Math.max(most, score), Number.MIN_VALUE);
  const units = result.hits
    .slice(0, readHits)
    .flatMap((hit, rank) => scoreUnits(hit, rank, hit.score / top, asked))
    .sort((a, b) => b.score - a.score || a.rank - b.rank || a.index - b.index);
  const evidence: Evidence = { type, terms, asked, units };
  known.set(result, { question, evidence });
  return evidence;
}

/** Each term's place among the terms, and under it what says the same. */
function placesOf(terms: readonly WeighedTerm[]): ReadonlyMap<string, number> {
  const places = new Map(terms.map(({ term }, place) => [term, place]));
  terms.forEach(({ term }, place) => {
    for (const other of synonymsOf(term)) if (!places.has(other)) places.set(other, place);
  });
  return places;
}

/** The question's terms with their weights; words that only ask weigh nothing, unless there are no others. */
export function weighTerms(
  { terms }: Pick<SearchResult, "terms">,
  leftOut: ReadonlySet<string> = new Set(),
): readonly WeighedTerm[] {
  const naming = terms.filter(({ term }) => !askingTerms.has(term) && !leftOut.has(term));
  const chosen = naming.length > 0 ? naming : terms;
  const rarest = new Set(chosen.toSorted((a, b) => b.idf - a.idf).slice(0, maskedTerms));
  const weighed = chosen.filter((term) => rarest.has(term));
  const total = weighed.reduce((sum, { idf }) => sum + Math.max(idf, leastIdf), 0);
  return weighed.map(({ term, idf, passages }) => ({
    term,
    passages,
    weight: Math.max(idf, leastIdf) / total,
  }));
}
