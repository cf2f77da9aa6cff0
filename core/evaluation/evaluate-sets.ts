import type { KnowledgeIndex } from "../knowledge/knowledge-index.ts";
import { askedCollections, normalizedTopScore, type ConfidenceSignal } from "./asked-collections.ts";
import { evaluateRetrieval, type EvaluationFigures, type MeasureOptions } from "./evaluate.ts";
import type { EvaluationQuestion, EvaluationSets } from "./evaluation-set.ts";
import { questionsOf, sampleEvenly } from "./questions-of-sets.ts";

export interface EvaluateSetsOptions extends Pick<MeasureOptions, "progress"> {
  /** An empty index for one collection; closed when its set has been measured. */
  readonly createIndex: () => Promise<KnowledgeIndex>;
  /** Default: {@link normalizedTopScore}. */
  readonly confidence?: ConfidenceSignal;
  readonly sets: EvaluationSets;
  /** Only this one; default all. */
  readonly set?: string;
  /** By set, the sets whose questions are out of its scope; for a set that is not named, all others. */
  readonly outOfScopeSets?: Readonly<Record<string, readonly string[]>>;
}

/** Enough for a figure; more would only take longer. */
const outOfScopeQuestions = 120;

/**
 * Measures every run of the sets, one after the other, and yields each as it is done. Where several sets are measured
 * questions of the others, as many of each, serve as out of scope.
 */
export async function* evaluateSets(options: EvaluateSetsOptions): AsyncGenerator<EvaluationFigures> {
  const { sets, set, outOfScopeSets = {}, createIndex, confidence = normalizedTopScore, ...rest } = options;
  const names = set === undefined ? await sets.list() : [set];
  const questions = new Map<string, readonly EvaluationQuestion[]>();
  if (names.length > 1) for (const name of names) questions.set(name, questionsOf(await sets.read(name)));
  for (const name of names) {
    const others = outOfScopeSets[name] ?? names.filter((other) => other !== name);
    const share = Math.ceil(outOfScopeQuestions / Math.max(1, others.length));
    const outOfScope = others.flatMap((other) => sampleEvenly(questions.get(other) ?? [], share));
    const collections = askedCollections(createIndex, confidence);
    try {
      for (const run of await sets.read(name))
        yield await evaluateRetrieval(run, { ...rest, collections, outOfScope });
    } finally {
      await collections.close();
    }
  }
}
