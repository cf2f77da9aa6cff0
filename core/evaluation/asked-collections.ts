import type { KnowledgeIndex, SearchResult } from "../knowledge/knowledge-index.ts";
import type { EvaluationDocument } from "./evaluation-set.ts";
import { evaluationScope, evaluationTenant, fillIndex } from "./fill-index.ts";

/** How sure a search result makes one that the collection answers the question; any scale, higher is surer. */
export type ConfidenceSignal = (question: string, result: SearchResult) => number;

/** The best word score as a share of what a passage would get that says all words of the question without end. */
export const normalizedTopScore: ConfidenceSignal = (_question, result) => {
  const best = Math.max(0, ...result.hits.map((hit) => hit.wordScore));
  const possible = result.terms.reduce((sum, term) => sum + term.idf, 0);
  return possible === 0 ? 0 : best / possible;
};

export interface Found {
  /** Ids of the documents, best first. */
  readonly ranked: readonly string[];
  readonly confidence: number;
}

/** Asks one collection, and asks it each question once. */
export type AskCollection = (question: string) => Promise<Found>;

export interface AskedCollections {
  /** Puts the documents into an index, one passage each, unless they are in one already. */
  open(documents: readonly EvaluationDocument[], report: (done: number) => void): Promise<AskCollection>;
  /** Closes the indexes. */
  close(): Promise<void>;
}

/** How many documents come back. */
const depth = 100;

/** The collections of a set: runs that differ in their questions or their judgements share what they are asked of. */
export function askedCollections(
  createIndex: () => Promise<KnowledgeIndex>,
  confidence: ConfidenceSignal,
): AskedCollections {
  const indexes: KnowledgeIndex[] = [];
  const opened = new Map<readonly EvaluationDocument[], AskCollection>();
  return {
    async open(documents, report) {
      const known = opened.get(documents);
      if (known !== undefined) return known;
      const index = await createIndex();
      indexes.push(index);
      await fillIndex(index, documents, report);
      const answers = new Map<string, Found>();
      const ask = async (text: string): Promise<Found> => {
        const asked = answers.get(text);
        if (asked !== undefined) return asked;
        const result = await index.search(evaluationTenant, { text, scope: evaluationScope, limit: depth });
        const found = {
          ranked: result.hits.map(({ passage }) => passage.id),
          confidence: confidence(text, result),
        };
        answers.set(text, found);
        return found;
      };
      opened.set(documents, ask);
      return ask;
    },
    async close() {
      await Promise.all(indexes.map((index) => index.close()));
    },
  };
}
