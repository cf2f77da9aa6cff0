/** What Teams accepts. Teams counts a message as UTF-16, so that a character is two bytes. */
export const teamsLimits = {
  /**
   * Characters of one text: 40 KB. A message takes about 100 KB with its citations and all else that it carries:
   * https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/format-your-bot-messages
   */
  text: 20_000,
  /**
   * Bytes of a card as JSON, in the larger of both encodings:
   * https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
   */
  cardBytes: 28_000,
  /** https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/bot-messages-ai-generated-content */
  citations: 20,
  citationName: 80,
  citationAbstract: 160,
  /** People who may see a card of their own: https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/universal-action-model */
  refreshUsers: 60,
} as const;

/** Bytes of a value as JSON, in whichever of UTF-8 and UTF-16 it is longer. */
export function jsonBytes(value: unknown): number {
  const text = JSON.stringify(value);
  return Math.max(text.length * 2, new TextEncoder().encode(text).length);
}
