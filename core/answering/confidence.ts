export const confidenceReasonCodes = [
  "words_covered",
  "words_missing",
  "strong_match",
  "weak_match",
  "meaning_match",
  "sources_agree",
  "single_source",
  "fully_supported",
  "partly_supported",
  "names_or_numbers_missing",
  "question_unclear",
  "nothing_found",
  "verified_before",
] as const;
export type ConfidenceReasonCode = (typeof confidenceReasonCodes)[number];

export interface ConfidenceReason {
  readonly code: ConfidenceReasonCode;
  /** Does it speak for the answer or against it? */
  readonly effect: "for" | "against";
  /** Words or figures that the explanation names. */
  readonly facts: Readonly<Record<string, string | number>>;
}

export const confidenceLevels = ["high", "medium", "low"] as const;
export type ConfidenceLevel = (typeof confidenceLevels)[number];

export interface Confidence {
  /** From 0 to 1. */
  readonly value: number;
  readonly level: ConfidenceLevel;
  readonly reasons: readonly ConfidenceReason[];
}

/** The words for a figure. The bounds are the product's own choice; approvals calibrate the figure beneath them. */
export const confidenceLevel = (value: number): ConfidenceLevel =>
  value >= 0.7 ? "high" : value >= 0.4 ? "medium" : "low";
