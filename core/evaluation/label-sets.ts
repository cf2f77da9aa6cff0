import type { EvaluationQuestion, EvaluationSets } from "./evaluation-set.ts";
import { labelAnswers, type LabelAnswersOptions, type LabelledAnswer } from "./label-answers.ts";
import { questionsOf, sampleEvenly } from "./questions-of-sets.ts";

export interface LabelSetsOptions extends Omit<LabelAnswersOptions, "unanswerable"> {
  readonly sets: EvaluationSets;
  /** Only this one; default all. */
  readonly set?: string;
  /** By set, the sets whose questions it certainly does not answer; for a set that is not named, all others. */
  readonly outOfScopeSets?: Readonly<Record<string, readonly string[]>>;
}

export interface LabelledSet {
  readonly set: string;
  readonly run: string;
  readonly answers: readonly LabelledAnswer[];
  /** Whose questions stand for the unanswerable ones: its own, or those of the sets named. */
  readonly unanswerableOf: readonly string[];
}

/**
 * Labels the answers to each set's first run. Where a set has no unanswerable questions, as many of other sets as it
 * has questions of its own stand for them, taken at even distances.
 */
export async function* labelSets(options: LabelSetsOptions): AsyncGenerator<LabelledSet> {
  const { sets, set, outOfScopeSets = {}, ...rest } = options;
  const all = await sets.list();
  const read = new Map<string, readonly EvaluationQuestion[]>();
  const questions = async (name: string): Promise<readonly EvaluationQuestion[]> => {
    const found = read.get(name) ?? questionsOf(await sets.read(name));
    read.set(name, found);
    return found;
  };
  for (const name of set === undefined ? all : [set]) {
    const [run] = await sets.read(name);
    if (run === undefined) continue;
    if (run.unanswerable.length > 0) {
      const answers = await labelAnswers(run, { ...rest, unanswerable: run.unanswerable });
      yield { set: name, run: run.name, answers, unanswerableOf: [name] };
      continue;
    }
    const others = (outOfScopeSets[name] ?? all).filter((other) => other !== name && all.includes(other));
    const strange: EvaluationQuestion[] = [];
    for (const other of others)
      strange.push(...sampleEvenly(await questions(other), Math.ceil(run.questions.length / others.length)));
    const answers = await labelAnswers(run, { ...rest, unanswerable: strange });
    yield { set: name, run: run.name, answers, unanswerableOf: others };
  }
}
