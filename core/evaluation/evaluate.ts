import type { KnowledgeIndex, SearchResult } from "../knowledge/knowledge-index.ts";
import type { EvaluationQuestion, EvaluationRun } from "./evaluation-set.ts";
import { evaluationScope, evaluationTenant, fillIndex } from "./fill-index.ts";
import { auroc, isJudged, mean, ndcg, recall, reciprocalRank, type Judgements } from "./metrics.ts";

/** How sure a search result makes one that the collection answers the question; any scale, higher is surer. */
export type ConfidenceSignal = (question: string, result: SearchResult) => number;

export interface EvaluationFigures {
  readonly set: string;
  readonly run: string;
  /** Judged questions asked. */
  readonly queries: number;
  readonly documents: number;
  readonly ndcg10: number;
  readonly recall5: number;
  readonly recall100: number;
  readonly mrr10: number;
  /** AUROC of the confidence signal, answerable against unanswerable questions of the set; null where it has none. */
  readonly abstention: number | null;
  /** The same against questions of other sets, which are out of scope; null where only one set is evaluated. */
  readonly outOfScope: number | null;
}

export interface EvaluateOptions {
  /** An empty index for one run; closed afterwards. */
  readonly createIndex: () => Promise<KnowledgeIndex>;
  /** Default: {@link normalizedTopScore}. */
  readonly confidence?: ConfidenceSignal;
  /** Questions that this collection is not about. */
  readonly outOfScope?: readonly EvaluationQuestion[];
  readonly progress?: (progress: EvaluationProgress) => void;
}

export interface EvaluationProgress {
  readonly set: string;
  readonly run: string;
  readonly phase: "index" | "search";
  readonly done: number;
  readonly of: number;
}

const depth = 100;
const progressEvery = 100;

/** The best word score as a share of what a passage would get that says all words of the question without end. */
export const normalizedTopScore: ConfidenceSignal = (_question, result) => {
  const best = Math.max(0, ...result.hits.map((hit) => hit.wordScore));
  const possible = result.terms.reduce((sum, term) => sum + term.idf, 0);
  return possible === 0 ? 0 : best / possible;
};

/** Indexes the run's documents, one passage each, asks its questions and measures what comes back. */
export async function evaluateRetrieval(
  run: EvaluationRun,
  options: EvaluateOptions,
): Promise<EvaluationFigures> {
  const { confidence = normalizedTopScore, outOfScope = [] } = options;
  const judged = run.questions.flatMap((question) => {
    const judgements = run.judgements.get(question.id);
    return judgements !== undefined && isJudged(judgements) ? [{ question, judgements }] : [];
  });
  const total = judged.length + run.unanswerable.length + outOfScope.length;
  const report = (phase: EvaluationProgress["phase"], done: number, of: number): void => {
    if (done % progressEvery === 0 || done === of)
      options.progress?.({ set: run.set, run: run.name, phase, done, of });
  };

  const index = await options.createIndex();
  try {
    await fillIndex(index, run.documents, (done) => report("index", done, run.documents.length));
    let asked = 0;
    const ask = async (text: string): Promise<{ ranked: string[]; confidence: number }> => {
      const result = await index.search(evaluationTenant, { text, scope: evaluationScope, limit: depth });
      report("search", (asked += 1), total);
      return { ranked: result.hits.map((hit) => hit.passage.id), confidence: confidence(text, result) };
    };
    const answers: { ranked: string[]; confidence: number; judgements: Judgements }[] = [];
    for (const { question, judgements } of judged)
      answers.push({ ...(await ask(question.text)), judgements });
    const sure = answers.map((answer) => answer.confidence);
    const compare = async (questions: readonly EvaluationQuestion[]): Promise<number | null> => {
      const others: number[] = [];
      for (const question of questions) others.push((await ask(question.text)).confidence);
      return others.length === 0 || sure.length === 0 ? null : auroc(sure, others);
    };
    const average = (measure: (ranked: string[], judgements: Judgements) => number): number =>
      mean(answers.map((answer) => measure(answer.ranked, answer.judgements)));
    return {
      set: run.set,
      run: run.name,
      queries: answers.length,
      documents: run.documents.length,
      ndcg10: average((ranked, judgements) => ndcg(ranked, judgements, 10)),
      recall5: average((ranked, judgements) => recall(ranked, judgements, 5)),
      recall100: average((ranked, judgements) => recall(ranked, judgements, 100)),
      mrr10: average((ranked, judgements) => reciprocalRank(ranked, judgements, 10)),
      abstention: await compare(run.unanswerable),
      outOfScope: await compare(outOfScope),
    };
  } finally {
    await index.close();
  }
}
