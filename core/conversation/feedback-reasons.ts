/** Why somebody thinks badly of an answer. */
export const feedbackReasons = [
  "wrong",
  "incomplete",
  "outdated",
  "hard_to_understand",
  "should_not_be_shown",
] as const;
export type FeedbackReason = (typeof feedbackReasons)[number];

/** As they are stored: whoever looks after the documents reads them. */
const stored: Readonly<Record<FeedbackReason, string>> = {
  wrong: "It is wrong",
  incomplete: "It is incomplete",
  outdated: "It is outdated",
  hard_to_understand: "It is hard to understand",
  should_not_be_shown: "It should not be shown here",
};

/** The reason of a form as it is stored: its name in English, and what the person wrote; null where they said neither. */
export function writeFeedbackReason(reason: string | undefined, comment: string | undefined): string | null {
  const named = feedbackReasons.find((known) => known === reason);
  const parts = [
    ...(named === undefined ? [] : [stored[named]]),
    ...(comment === undefined || comment.trim() === "" ? [] : [comment.trim()]),
  ];
  return parts.length === 0 ? null : parts.join(": ");
}
