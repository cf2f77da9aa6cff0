import { draftExtractively } from "../answering/answer-extractively.ts";
import { assessConfidence } from "../answering/assess-confidence.ts";
import { checkGrounding } from "../answering/check-grounding.ts";
import { answerThreshold } from "../answering/confidence-model.ts";
import { standaloneQuestion } from "../conversation/standalone-question.ts";
import type { KnowledgeIndex } from "../knowledge/knowledge-index.ts";
import type { EvaluationProgress } from "./evaluate.ts";
import type { EvaluationQuestion, EvaluationRun } from "./evaluation-set.ts";
import { evaluationScope, evaluationTenant, fillIndex } from "./fill-index.ts";
import { isJudged, type Judgements } from "./metrics.ts";

/** What the product would answer to one question, and whether that is right. */
export interface LabelledAnswer {
  readonly question: string;
  /** False where it says that nothing was found. */
  readonly answered: boolean;
  /** As computed at the end of a turn, from 0 to 1. */
  readonly confidence: number;
  /** The collection answers the question, and a document that the answer cites is judged relevant. */
  readonly right: boolean;
}

export interface LabelAnswersOptions {
  /** An empty index; closed afterwards. */
  readonly createIndex: () => Promise<KnowledgeIndex>;
  /** Questions that the collection does not answer. */
  readonly unanswerable: readonly EvaluationQuestion[];
  readonly progress?: (progress: EvaluationProgress) => void;
}

/** Passages that an answer is drafted from, as in a turn. */
const passagesRetrieved = 8;
const progressEvery = 100;
const nothingRelevant: Judgements = new Map();

/**
 * Asks a run's judged questions and the unanswerable ones as a turn does without a model: search, quote, check the
 * grounding, assess the confidence. An answer counts as wrong where the question is unanswerable, and where no document
 * that it cites is judged relevant; whether the quoted words themselves answer it is not judged.
 */
export async function labelAnswers(
  run: EvaluationRun,
  { createIndex, unanswerable, progress }: LabelAnswersOptions,
): Promise<readonly LabelledAnswer[]> {
  const asked = [
    ...run.questions.map((question) => ({
      question,
      judgements: run.judgements.get(question.id) ?? nothingRelevant,
    })),
  ].filter(({ judgements }) => isJudged(judgements));
  const all = [...asked, ...unanswerable.map((question) => ({ question, judgements: nothingRelevant }))];
  const report = (phase: EvaluationProgress["phase"], done: number, of: number): void => {
    if (done % progressEvery === 0 || done === of)
      progress?.({ set: run.set, run: run.name, phase, done, of });
  };
  const index = await createIndex();
  try {
    await fillIndex(index, run.documents, (done) => report("index", done, run.documents.length));
    const answers: LabelledAnswer[] = [];
    for (const { question, judgements } of all) {
      answers.push(await answer(index, question, judgements));
      report("search", answers.length, all.length);
    }
    return answers;
  } finally {
    await index.close();
  }
}

async function answer(
  index: KnowledgeIndex,
  { id, text, history = [] }: EvaluationQuestion,
  judgements: Judgements,
): Promise<LabelledAnswer> {
  const question = standaloneQuestion(text, history);
  const result = await index.search(evaluationTenant, {
    text: question,
    scope: evaluationScope,
    limit: passagesRetrieved,
  });
  const draft = draftExtractively({ standaloneQuestion: question, result });
  const grounding = checkGrounding(draft, result);
  const { value } = assessConfidence({ question, asked: text, result, draft, grounding });
  return {
    question: id,
    answered: draft.text !== "" && value >= answerThreshold,
    confidence: value,
    right: draft.citations.some(({ documentId }) => (judgements.get(documentId) ?? 0) > 0),
  };
}
