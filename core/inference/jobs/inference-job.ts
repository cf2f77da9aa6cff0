import type { ErrorCode } from "../../errors.ts";
import type { ModelCall } from "../model-call.ts";
import type { ModelEvent, ModelMessage } from "../model-gateway.ts";

/** What a call is for: each tier has models, workers and a line of its own. */
export const inferenceTiers = ["fast", "heavy", "vision", "embed"] as const;
export type InferenceTier = (typeof inferenceTiers)[number];

/** What a model is asked. JSON: it goes to another process. */
export type InferenceRequest =
  | {
      readonly kind: "chat";
      readonly messages: readonly ModelMessage[];
      /** Of the answer, in tokens. */
      readonly maxTokens: number;
      readonly temperature: number;
    }
  | {
      readonly kind: "embedding";
      readonly texts: readonly string[];
      /** Which model's vectors are wanted; null: whichever the worker has. */
      readonly model: string | null;
    };

/** A call of a model that another process makes. */
export interface InferenceJob {
  /** A UUID: a job of an id that is known is not added again. */
  readonly id: string;
  readonly tier: InferenceTier;
  /** Null: nobody's, such as a check of the installation. */
  readonly call: ModelCall | null;
  /** The company's slug, a slash, the department's slug, for models of its own; null where none is known. */
  readonly department: string | null;
  readonly request: InferenceRequest;
  /** What it is expected to cost, in tokens. */
  readonly cost: number;
  /** Not begun after this moment, in milliseconds since 1970; null: it waits as long as it takes. */
  readonly deadlineMs: number | null;
}

/** What becomes of a job, in order; `done`, `embedded` and `failed` are its end. */
export type InferenceEvent =
  | ModelEvent
  /** The vectors' numbers, as base64 of little-endian 32-bit floats, one vector after the other. */
  | { readonly kind: "embedded"; readonly dimensions: number; readonly vectors: string }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: string | null;
      readonly facts: Readonly<Record<string, string | number | boolean>>;
    };

export const endsInference = ({ kind }: InferenceEvent): boolean =>
  kind === "done" || kind === "embedded" || kind === "failed";
