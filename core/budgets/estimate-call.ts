import type { GenerateRequest } from "../inference/model-gateway.ts";
import { estimateTokens } from "../knowledge/split-tokens.ts";

/** What a picture is counted as; servers count about 300 to 1,500 for one. The product's own choice. */
const tokensOfPicture = 1_500;
/** Around each message: the role and its marks. Chat formats use three to five. */
const tokensAroundMessage = 5;

/** Tokens of a prompt, rather too many than too few: what is charged where the server does not count. */
export const estimatePrompt = ({ messages }: Pick<GenerateRequest, "messages">): number =>
  messages.reduce(
    (sum, { content, images = [] }) =>
      sum + tokensAroundMessage + estimateTokens(content) + images.length * tokensOfPicture,
    0,
  );

/** Tokens of texts that are embedded, rather too many than too few. */
export const estimateTexts = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + estimateTokens(text), 0);
