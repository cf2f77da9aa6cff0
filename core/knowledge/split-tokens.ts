import { countTokens as count } from "gpt-tokenizer/encoding/o200k_base";

export type TokenCounter = (text: string) => number;

/** Documents longer than this are counted by estimate: exact counting takes about 0.2 s per million characters. */
const exactUpToCharacters = 1_000_000;

/** How a document of this many characters is counted: exactly, or by an estimate that errs on the high side. */
export const tokenCounter = (characters: number): TokenCounter =>
  characters <= exactUpToCharacters ? countTokens : estimateTokens;

/**
 * Tokens of a text in the o200k encoding, which counts Thai as well as English fairly.
 * Special tokens in a text are ordinary words here.
 */
export function countTokens(text: string): number {
  // The encoder's time grows with the square of an unbroken run, so runs are cut.
  const bounded = text.replace(/[^\s]{256}/g, "$& ").replace(/\s{64,}/g, (run) => run.slice(0, 64));
  return count(bounded, { disallowedSpecial: new Set() });
}

/** 3.5 characters a token in ASCII, 1.25 in other scripts: the low end of what o200k does with English, Thai and Chinese prose. */
export function estimateTokens(text: string): number {
  let ascii = 0;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) < 128) ascii += 1;
  return Math.ceil(ascii / 3.5 + (text.length - ascii) / 1.25);
}
