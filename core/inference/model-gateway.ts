import type { ModelCall } from "./model-call.ts";

export interface ModelMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface GenerateRequest {
  readonly messages: readonly ModelMessage[];
  readonly maxTokens: number;
  /** 0 is deterministic. */
  readonly temperature: number;
  readonly signal?: AbortSignal;
  /** In whose name; absent: nobody's, and it may wait. */
  readonly call?: ModelCall;
}

export type ModelEvent =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "done";
      readonly finish: "stop" | "length" | "refused";
      readonly promptTokens: number | null;
      readonly completionTokens: number | null;
      /** Which model it was; absent: the gateway's `chatModel`. */
      readonly model?: string;
    };

/** A chat and embedding model. Throws `model_unavailable`, `model_timeout`, `model_refused` or `cancelled`. */
export interface ModelGateway {
  /** The chat model's name, or null where none is configured. */
  readonly chatModel: string | null;
  /** The embedding model's name, or null where none is configured. */
  readonly embeddingModel: string | null;
  /** Text as it is generated; the last event is always `done`. */
  generate(request: GenerateRequest): AsyncIterable<ModelEvent>;
  /** One unit-length vector per text, in order. */
  embed(texts: readonly string[], signal?: AbortSignal, call?: ModelCall): Promise<readonly Float32Array[]>;
}
