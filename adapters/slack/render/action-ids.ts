/**
 * What a click is called. The value is the turn's id, of `take_over` and `give_back` the handoff's id, and of
 * `feedback` what `feedbackValue` writes.
 */
export const actionIds = {
  feedback: "feedback",
  askHuman: "ask_human",
  showFuller: "show_fuller",
  showEveryone: "show_everyone",
  takeOver: "take_over",
  giveBack: "give_back",
  homeAsk: "home_ask",
} as const;

type Rating = "up" | "down";

export const feedbackValue = (rating: Rating, turnId: string): string => `${rating}:${turnId}`;

/** The rating and the turn that a feedback button stands for; null for what no button of ours sends. */
export function readFeedbackValue(
  value: string,
): { readonly rating: Rating; readonly turnId: string } | null {
  const [, rating, turnId] = /^(up|down):([0-9a-f-]{36})$/.exec(value) ?? [];
  return turnId === undefined ? null : { rating: rating === "up" ? "up" : "down", turnId };
}
