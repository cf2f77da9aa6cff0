import type { ModelCall } from "../inference/model-call.ts";
import type { Verified } from "../conversation/reply.ts";
import type { ReadScope } from "../identity/access.ts";
import type { DocumentId, TenantId } from "../ids.ts";
import type { SearchHit } from "../knowledge/knowledge-index.ts";
import type { Language } from "../text/language.ts";
import type { ProposedAnswer } from "./approval.ts";

/** A verified answer as it is given to whoever asks its question again. */
export interface KnownAnswer extends ProposedAnswer {
  readonly verified: Verified & { readonly known: true };
  /** The document by which it was found. */
  readonly documentId: DocumentId;
}

export interface AskedAgain {
  /** Understandable without its thread: what was searched for. */
  readonly question: string;
  /** Its unit-length embedding; null without an embedding model, or while that is away. */
  readonly vector: Float32Array | null;
  readonly language: Language;
  /** What was found in the scope, best first. */
  readonly hits: readonly SearchHit[];
  readonly scope: ReadScope;
  /** Whether the readers of the reply may know the company's people by name. */
  readonly named: boolean;
  readonly signal: AbortSignal;
  /** In whose name a model is asked what means the same. */
  readonly call: ModelCall;
}

/** Verified answers, found by the question that they answered. */
export interface KnownAnswers {
  /** The one that answers this question for these readers; null where none does. Costs nothing where no verified answer was found. */
  find(tenant: TenantId, asked: AskedAgain): Promise<KnownAnswer | null>;
}
