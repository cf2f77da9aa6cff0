import type { ExtractedText } from "../../core/knowledge/text-extractor.ts";
import type { Refusal } from "./refusal.ts";

/** From the parent to the child; one at a time. */
export interface ExtractionRequest {
  readonly id: number;
  readonly name: string;
  readonly content: Uint8Array;
}

/** From the child to the parent. `ready` once, when it is locked down; then one reply for each request. */
export type ChildMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "extracted"; readonly id: number; readonly extracted: ExtractedText }
  | { readonly kind: "refused"; readonly id: number; readonly refusal: Refusal };
