/** Longest question in characters; longer text belongs in a document. */
export const questionLengthLimit = 8_000;
