import type { FeatureName } from "./confidence-features.ts";

/**
 * A logistic model of "the passages answer the question". Fitted by tests/calibration/fit-confidence.ts (Newton's
 * method, L2 penalty 3 on standardised inputs, every set and class weighing the same) on public question sets:
 * encyclopaedia questions with answerable and adversarially unanswerable forms, questions of conversations with and
 * without an answer in their documents, handbook questions against questions about other products, and the same kinds
 * of questions, English and Thai, with the document that answers them taken out. The script prints how well each set is
 * told apart by a model that never saw it.
 */
export const confidenceModel: {
  readonly intercept: number;
  readonly weights: Readonly<Record<FeatureName, number>>;
} = {
  intercept: -5.563,
  weights: {
    topScore: 1.37,
    margin: 2.452,
    unitCoverage: 0.545,
    contextCoverage: 1.756,
    passageCoverage: 0.667,
    anyCoverage: 0.676,
    rarestMissing: 0.916,
    unseen: 2.149,
    namesMissing: -0.12,
    pairs: 0.132,
    heading: 0.985,
    answersType: 0.062,
    newAnswer: 0.021,
    agreement: 0.329,
    terms: 1.551,
    pointsBack: 0.119,
    density: 1.888,
  },
};

/**
 * An answer below this value is withheld: the reply says that nothing was found. Chosen on the same sets so that plainly
 * answered questions are kept; what is kept wrongly is shown with low confidence.
 */
export const answerThreshold = 0.25;
