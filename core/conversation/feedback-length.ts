/** Characters of the longest reason for a verdict; the rest of a longer one is left out. */
export const feedbackReasonLength = 1_000;
