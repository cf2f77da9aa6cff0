import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { confidenceFeatures, type ConfidenceFeatures, type FeatureName } from "./confidence-features.ts";
import { confidenceModel } from "./confidence-model.ts";

/** How likely the passages found answer the question, from 0 to 1; 0 without hits. See confidence-model.ts. */
export function answerability(question: string, result: SearchResult): number {
  return result.hits.length === 0 ? 0 : probability(confidenceFeatures(question, result));
}

export function probability(features: ConfidenceFeatures): number {
  const { intercept, weights } = confidenceModel;
  const names = Object.keys(weights) as FeatureName[];
  return 1 / (1 + Math.exp(-names.reduce((sum, name) => sum + weights[name] * features[name], intercept)));
}
