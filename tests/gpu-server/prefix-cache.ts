import { simulatedTokens } from "./gpu-figures.ts";

/** Tokens of a block: vLLM's own size (https://docs.vllm.ai/en/stable/design/prefix_caching/). */
export const blockTokens = 16;
const blockCharacters = blockTokens * 4;

/** Which beginnings of prompts a GPU still holds. */
export interface PrefixCache {
  /** How many tokens at the beginning of the prompt need not be read; from now on all of it is held. */
  read(prompt: string): number;
}

/**
 * As vLLM does it: a prompt is cut into blocks of 16 tokens, a block is known by its text and all that stands before it, and the blocks
 * used longest ago make room. The last token is always read, for the answer's first one comes from it.
 */
export function createPrefixCache(tokens: number): PrefixCache {
  const blocks = new Map<string, true>();
  const most = Math.max(1, Math.floor(tokens / blockTokens));
  return {
    read(prompt) {
      let held = 0;
      let unbroken = true;
      for (let end = blockCharacters; end <= prompt.length; end += blockCharacters) {
        const block = prompt.slice(0, end);
        const known = blocks.delete(block);
        blocks.set(block, true);
        unbroken = unbroken && known;
        if (unbroken) held += blockTokens;
      }
      while (blocks.size > most) {
        const oldest = blocks.keys().next();
        if (oldest.done === true) break;
        blocks.delete(oldest.value);
      }
      return Math.min(held, simulatedTokens(prompt.length) - 1);
    },
  };
}
