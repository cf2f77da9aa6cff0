import type { AskedCollections, Found } from "./asked-collections.ts";
import type { EvaluationQuestion, EvaluationRun } from "./evaluation-set.ts";
import { auroc, isJudged, mean, ndcg, recall, reciprocalRank, type Judgements } from "./metrics.ts";

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

export interface MeasureOptions {
  /** The set's collections; they stay open. */
  readonly collections: AskedCollections;
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

const progressEvery = 100;

/** Asks the run's questions of its collection and measures what comes back. */
export async function evaluateRetrieval(
  run: EvaluationRun,
  { collections, outOfScope = [], progress }: MeasureOptions,
): Promise<EvaluationFigures> {
  const judged = run.questions.flatMap((question) => {
    const judgements = run.judgements.get(question.id);
    return judgements !== undefined && isJudged(judgements) ? [{ question, judgements }] : [];
  });
  const total = judged.length + run.unanswerable.length + outOfScope.length;
  const report = (phase: EvaluationProgress["phase"], done: number, of: number): void => {
    if (done % progressEvery === 0 || done === of)
      progress?.({ set: run.set, run: run.name, phase, done, of });
  };

  const collection = await collections.open(run.documents, (done) =>
    report("index", done, run.documents.length),
  );
  let asked = 0;
  const ask = async (text: string): Promise<Found> => {
    const found = await collection(text);
    report("search", (asked += 1), total);
    return found;
  };
  const answers: (Found & { judgements: Judgements })[] = [];
  for (const { question, judgements } of judged) answers.push({ ...(await ask(question.text)), judgements });
  const sure = answers.map((answer) => answer.confidence);
  const compare = async (questions: readonly EvaluationQuestion[]): Promise<number | null> => {
    const others: number[] = [];
    for (const question of questions) others.push((await ask(question.text)).confidence);
    return others.length === 0 || sure.length === 0 ? null : auroc(sure, others);
  };
  const average = (measure: (ranked: readonly string[], judgements: Judgements) => number): number =>
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
}
