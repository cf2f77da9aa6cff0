import type { ModelCall } from "../inference/model-call.ts";
import type { ModelImage } from "../inference/model-gateway.ts";
import type { SearchResult } from "../knowledge/knowledge-index.ts";
import type { Language } from "../text/language.ts";
import type { Citation } from "./citation.ts";
import type { Exchange } from "../conversation/turn.ts";

export interface DraftInput {
  readonly question: string;
  /** The question made understandable without its thread; what the retrieval searched for. */
  readonly standaloneQuestion: string;
  readonly history: readonly Exchange[];
  readonly result: SearchResult;
  readonly language: Language;
  /** The department's name and its own instructions for a model. */
  readonly department: { readonly name: string; readonly instructions: string | null };
  readonly signal: AbortSignal;
  /** In whose name a model is called; absent: nobody's. */
  readonly call?: ModelCall;
  /** That came with the question, for a model that sees; absent: none. */
  readonly pictures?: readonly ModelImage[];
  /** Told now and then, while a model has too much to do, about how many calls are before this one. */
  readonly onWaiting?: (place: number) => void;
}

/** The name under which an answer of quotes is given. */
export const extractive = "extractive";
/** The answerer of a person's own words: who that is, says who verified them. */
export const byHuman = "human";

export interface Draft {
  /** Markdown with `[n]` markers; empty where the passages hold no answer. */
  readonly text: string;
  readonly citations: readonly Citation[];
  /** `extractive`, `human`, or the model's name. */
  readonly answeredBy: string;
  /**
   * What a model saw in the question's pictures, in a line of plain words that rests on no passage; empty where it said
   * nothing of them, absent where it looked at none.
   */
  readonly sight?: string;
  /** False where the model stopped before its end: the answer is then marked incomplete. */
  readonly complete: boolean;
}

/** Drafts an answer from retrieved passages, streaming its text. An empty draft says that they hold none. */
export type Answerer = (input: DraftInput, onText: (text: string) => void) => Promise<Draft>;
