import { confidenceFeatures, featureNames } from "../../core/answering/confidence-features.ts";
import { standaloneQuestion } from "../../core/conversation/standalone-question.ts";
import type { SearchResult } from "../../core/knowledge/knowledge-index.ts";
import { auroc, fitLogistic, predict, type LabelledRow } from "./logistic.ts";
import {
  corporaPresent,
  openCollection,
  readQuestions,
  readRelevance,
  type Question,
} from "./question-sets.ts";

/**
 * Fits the confidence model: `npx tsx tests/calibration/fit-confidence.ts [penalty]`. Prints how well each set is told
 * apart by a model fitted on the other sets, by one fitted on all, and by the normalised BM25 score alone, then the
 * coefficients for core/answering/confidence-model.ts.
 */
interface CalibrationSet {
  readonly name: string;
  /** Sets of one group share questions or documents and leave the fit together. */
  readonly group: string;
  readonly fitted: boolean;
  readonly positives: readonly number[][];
  readonly negatives: readonly number[][];
}

const topScoreAt = featureNames.indexOf("topScore");

async function main(): Promise<void> {
  if (!corporaPresent()) {
    console.log("The evaluation sets are absent: set EXPERT_CORPORA to their folder.");
    return;
  }
  const penalty = Number(process.argv[2] ?? 3);
  const sets = await calibrationSets();
  const fitted = sets.filter((set) => set.fitted);
  const final = fitLogistic(fitted.flatMap(rowsOf), penalty);
  console.log("set | positives | negatives | BM25 | fitted without its group | fitted on all");
  for (const set of sets) {
    const others = fitLogistic(fitted.filter(({ group }) => group !== set.group).flatMap(rowsOf), penalty);
    const rate = (model: typeof final): string =>
      auroc(
        set.positives.map((row) => predict(model, row)),
        set.negatives.map((row) => predict(model, row)),
      ).toFixed(3);
    const words = auroc(
      set.positives.map((row) => row[topScoreAt] ?? 0),
      set.negatives.map((row) => row[topScoreAt] ?? 0),
    ).toFixed(3);
    console.log(
      [set.name, set.positives.length, set.negatives.length, words, rate(others), rate(final)].join(" | "),
    );
  }
  console.log(`intercept: ${final.intercept.toFixed(3)},`);
  featureNames.forEach((name, at) => console.log(`${name}: ${(final.weights[at] ?? 0).toFixed(3)},`));
  console.log("threshold: answered when answerable / answered when not");
  for (const threshold of [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7]) {
    const line = sets.map((set) => {
      const share = (rows: readonly number[][]): string =>
        (rows.filter((row) => predict(final, row) >= threshold).length / rows.length).toFixed(2);
      return `${set.name} ${share(set.positives)}/${share(set.negatives)}`;
    });
    console.log(`${threshold.toFixed(2)}: ${line.join("  ")}`);
  }
}

/** Both classes of a set weigh the same; sets whose questions people wrote as unanswerable weigh half as much again. */
function rowsOf({ name, positives, negatives }: CalibrationSet): readonly LabelledRow[] {
  const emphasis = name === "squad2" || name === "mtrag" ? 1.5 : 1;
  return [
    ...positives.map((inputs) => ({
      inputs,
      label: 1 as const,
      weight: (500 * emphasis) / positives.length,
    })),
    ...negatives.map((inputs) => ({
      inputs,
      label: 0 as const,
      weight: (500 * emphasis) / negatives.length,
    })),
  ];
}

const inputsOf = (question: string, result: SearchResult): number[] => {
  const features = confidenceFeatures(question, result);
  return featureNames.map((name) => features[name]);
};

type Collection = Awaited<ReturnType<typeof openCollection>>;

async function inputsFor(
  collection: Collection,
  questions: readonly Question[],
  inThread = false,
): Promise<number[][]> {
  const inputs: number[][] = [];
  for (const { text, history } of questions) {
    const asked = inThread ? standaloneQuestion(text, history) : text;
    inputs.push(inputsOf(asked, await collection.search(asked)));
  }
  return inputs;
}

/** The same questions with what answers them taken out of the result: the document that nobody uploaded. */
async function inputsWithout(
  collection: Collection,
  questions: readonly Question[],
  removed: (question: Question, document: string) => boolean,
): Promise<number[][]> {
  const inputs: number[][] = [];
  for (const question of questions) {
    const result = await collection.search(question.text, 40);
    const names = collection.nameOf(result);
    const hits = result.hits.filter((_, at) => !removed(question, names[at] ?? "")).slice(0, 10);
    inputs.push(inputsOf(question.text, { ...result, hits }));
  }
  return inputs;
}

async function calibrationSets(): Promise<readonly CalibrationSet[]> {
  const every = <T>(items: readonly T[], step: number): readonly T[] =>
    items.filter((_, at) => at % step === 0);
  const squad = await openCollection("squad2/corpus.jsonl");
  const squadQuestions = readQuestions("squad2/queries.jsonl");
  const squadPositives = await inputsFor(squad, squadQuestions);
  const squadRelevance = readRelevance("squad2/qrels.tsv");
  const mtrag = await openCollection("mtrag-un/corpus.jsonl");
  const mtragQuestions = readQuestions("mtrag-un/queries.jsonl");
  const mtragOpen = [
    ...readQuestions("mtrag-un/unanswerable.jsonl"),
    ...readQuestions("mtrag-un/underspecified.jsonl"),
  ];
  const mtragPositives = await inputsFor(mtrag, mtragQuestions);
  const gitlab = await openCollection("gitlab-handbook/corpus.jsonl");
  const gitlabQuestions = readQuestions("gitlab-handbook/queries.jsonl");
  const gitlabPositives = await inputsFor(gitlab, gitlabQuestions);
  const gitlabRelevance = readRelevance("gitlab-handbook/qrels.tsv");
  const stack = await openCollection("stackfaq/corpus.jsonl");
  const stackQuestions = readQuestions("stackfaq/queries.jsonl");
  const stackRelevance = readRelevance("stackfaq/qrels.tsv");
  const thai = await openCollection("xquad-th-en/corpus_th.jsonl");
  const thaiQuestions = readQuestions("xquad-th-en/queries_th.jsonl");
  const relevant =
    (relevance: ReturnType<typeof readRelevance>) =>
    ({ id }: Question, document: string): boolean =>
      (relevance.get(id)?.get(document) ?? 0) > 0;
  const thaiRelevance = readRelevance("xquad-th-en/qrels_same_language.tsv");
  const sameArticle = ({ id }: Question, document: string): boolean =>
    [...(thaiRelevance.get(id)?.keys() ?? [])].some((name) => name.slice(0, 5) === document.slice(0, 5));
  return [
    {
      name: "squad2",
      group: "squad",
      fitted: true,
      positives: squadPositives,
      negatives: await inputsFor(squad, readQuestions("squad2/unanswerable.jsonl")),
    },
    {
      name: "squad2-removed",
      group: "squad",
      fitted: true,
      positives: squadPositives,
      negatives: await inputsWithout(squad, squadQuestions, relevant(squadRelevance)),
    },
    {
      name: "mtrag-unanswerable",
      group: "mtrag",
      fitted: false,
      positives: mtragPositives,
      negatives: await inputsFor(mtrag, readQuestions("mtrag-un/unanswerable.jsonl")),
    },
    {
      name: "mtrag",
      group: "mtrag",
      fitted: true,
      positives: mtragPositives,
      negatives: await inputsFor(mtrag, mtragOpen),
    },
    {
      name: "mtrag-thread",
      group: "mtrag",
      fitted: false,
      positives: await inputsFor(mtrag, mtragQuestions, true),
      negatives: await inputsFor(mtrag, mtragOpen, true),
    },
    {
      name: "gitlab-stackfaq",
      group: "gitlab",
      fitted: true,
      positives: gitlabPositives,
      negatives: await inputsFor(gitlab, stackQuestions),
    },
    {
      name: "gitlab-removed",
      group: "gitlab",
      fitted: true,
      positives: gitlabPositives,
      negatives: await inputsWithout(gitlab, gitlabQuestions, relevant(gitlabRelevance)),
    },
    {
      name: "stackfaq-removed",
      group: "stackfaq",
      fitted: true,
      positives: await inputsFor(stack, stackQuestions),
      negatives: await inputsWithout(stack, stackQuestions, relevant(stackRelevance)),
    },
    {
      name: "xquad-th-removed",
      group: "xquad",
      fitted: true,
      positives: await inputsFor(thai, thaiQuestions),
      negatives: await inputsWithout(thai, thaiQuestions, sameArticle),
    },
    {
      name: "squad2-offtopic",
      group: "squad",
      fitted: true,
      positives: squadPositives,
      negatives: await inputsFor(squad, every(stackQuestions, 2)),
    },
  ];
}

await main();
