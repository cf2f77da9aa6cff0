import type { Exchange } from "../conversation/turn.ts";
import type { Judgements } from "./metrics.ts";

export interface EvaluationDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface EvaluationQuestion {
  readonly id: string;
  readonly text: string;
  /** What was said before, where it is a question of a conversation. */
  readonly history?: readonly Exchange[];
}

/** One thing to measure: some questions of a set, asked of one collection, with one file of judgements. */
export interface EvaluationRun {
  readonly set: string;
  readonly name: string;
  readonly documents: readonly EvaluationDocument[];
  readonly questions: readonly EvaluationQuestion[];
  /** By question. */
  readonly judgements: ReadonlyMap<string, Judgements>;
  /** Questions that the collection does not answer; empty where the set has none. */
  readonly unanswerable: readonly EvaluationQuestion[];
}

/** Where evaluation sets are kept. */
export interface EvaluationSets {
  /** Names, sorted. */
  list(): Promise<readonly string[]>;
  /** All runs of a set. Throws `not_found` for an unknown set and `invalid_input` for one that cannot be read. */
  read(set: string): Promise<readonly EvaluationRun[]>;
}
