import type { GenerateRequest } from "./model-gateway.ts";

/** Characters of a token, about: of English text. */
const charactersPerToken = 4;
/**
 * Tokens of a picture, about. Of one of 1024 by 1024 pixels OpenAI counts 765 (170 for each of four tiles, and 85), and
 * Qwen2.5-VL 1,369 (one for each 28 by 28 pixels).
 */
const tokensPerPicture = 1_000;
/** What answers use of what they may, about. */
const usedOfMaximum = 0.5;

/** What a chat is charged until the server has counted: its text, its pictures, and about what the answer will have. */
export function expectedChatTokens({
  messages,
  maxTokens,
}: Pick<GenerateRequest, "messages" | "maxTokens">): number {
  const pictures = messages.reduce((sum, { images = [] }) => sum + images.length, 0);
  const prompt = expectedTextTokens(messages.map(({ content }) => content));
  return prompt + pictures * tokensPerPicture + Math.ceil(maxTokens * usedOfMaximum);
}

/** What texts are charged that are embedded. */
export const expectedTextTokens = (texts: readonly string[]): number =>
  Math.ceil(texts.reduce((sum, { length }) => sum + length, 0) / charactersPerToken);
