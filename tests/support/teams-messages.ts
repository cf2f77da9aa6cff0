import type { Json, Message } from "../teams-platform/teams-platform.ts";

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The first card of a message; an empty object where it has none. */
export function cardOf({ attachments }: Pick<Message, "attachments">): Json {
  const content = attachments[0]?.["content"];
  return isObject(content) ? content : {};
}

/** What a message says: its text, or its card's words as a screen reader has them. */
export function saidBy(message: Message | undefined): string {
  if (!message) return "";
  const { speak } = cardOf(message);
  return [message.text, typeof speak === "string" ? speak : ""].filter(Boolean).join("\n");
}

/** The same of several, in order. */
export const allSaid = (messages: readonly Message[]): readonly string[] => messages.map(saidBy);

/** The part of a message that says it is of an AI, with its citations; an empty object where it has none. */
export const labelOf = ({ entities }: Message): Json =>
  entities.find(({ type }) => type === "https://schema.org/Message") ?? {};

/** Answers alone, without the cards below them. */
export const answersAmong = (messages: readonly Message[]): readonly Message[] =>
  messages.filter(({ entities }) => entities.some(({ type }) => type === "https://schema.org/Message"));
