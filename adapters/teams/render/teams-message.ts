import type { AdaptiveCard } from "./card.ts";
import { plainOf } from "./card.ts";
import type { MessageEntity } from "./message-entity.ts";

/**
 * A message as an activity takes it: either a text or a card, because Teams makes two messages of one with both, and
 * tells the id of none.
 */
export type TeamsMessage = TextMessage | CardMessage;

export interface TextMessage {
  readonly type: "message";
  readonly textFormat: "markdown";
  /** Teams' Markdown. */
  readonly text: string;
  readonly entities?: MessageEntity[];
  readonly channelData?: { readonly feedbackLoop: { readonly type: "custom" } };
}

export interface CardMessage {
  readonly type: "message";
  /** What notifications show, in plain words. */
  readonly summary: string;
  readonly attachments: [CardAttachment];
}

export interface CardAttachment {
  readonly contentType: "application/vnd.microsoft.card.adaptive";
  readonly content: AdaptiveCard;
}

export const textMessage = (text: string): TextMessage => ({ type: "message", textFormat: "markdown", text });

export const attachmentOf = (content: AdaptiveCard): CardAttachment => ({
  contentType: "application/vnd.microsoft.card.adaptive",
  content,
});

/** @param line which of the card's lines a notification shows, counted from its end where negative. */
export const cardMessage = (card: AdaptiveCard, line = 0): CardMessage => ({
  type: "message",
  summary: plainOf(card.body).at(line) ?? "",
  attachments: [attachmentOf(card)],
});
