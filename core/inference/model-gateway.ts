import type { ModelCall } from "./model-call.ts";

/** A picture that belongs to a message. */
export interface ModelImage {
  readonly mediaType: "image/png" | "image/jpeg" | "image/webp" | "image/gif";
  readonly base64: string;
  /** In pixels, where that is known. */
  readonly size?: { readonly width: number; readonly height: number };
}

export interface ModelMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  /** Only where `visionModel` is not null: the tier `vision` is asked, whatever the rest of the request says. */
  readonly images?: readonly ModelImage[];
}

export interface GenerateRequest {
  readonly messages: readonly ModelMessage[];
  readonly maxTokens: number;
  /** 0 is deterministic. */
  readonly temperature: number;
  readonly signal?: AbortSignal;
  /** In whose name; absent: nobody's, and it may wait. */
  readonly call?: ModelCall;
  /** Told about every two seconds, and first after two, while the call waits in line: about how many are before it. */
  readonly onWaiting?: (place: number) => void;
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

/** Whether a request is for the model that sees. */
export const hasPictures = ({ messages }: Pick<GenerateRequest, "messages">): boolean =>
  messages.some(({ images = [] }) => images.length > 0);

/** A chat and embedding model. Throws `model_unavailable`, `model_timeout`, `model_refused` or `cancelled`. */
export interface ModelGateway {
  /** The chat model's name, or null where none is configured. */
  readonly chatModel: string | null;
  /** The embedding model's name, or null where none is configured. */
  readonly embeddingModel: string | null;
  /** The name of the model that sees, or null where none is configured: a request with pictures is then `model_unavailable`. */
  readonly visionModel: string | null;
  /** Text as it is generated; the last event is always `done`. */
  generate(request: GenerateRequest): AsyncIterable<ModelEvent>;
  /** One unit-length vector per text, in order. */
  embed(texts: readonly string[], signal?: AbortSignal, call?: ModelCall): Promise<readonly Float32Array[]>;
}
