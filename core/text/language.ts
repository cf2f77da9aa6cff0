export const languages = ["en", "th"] as const;
/** The languages that the product itself speaks; documents may be in any. */
export type Language = (typeof languages)[number];

const thai = /[\u0e00-\u0e7f]/gu;
const letter = /\p{L}/gu;

/** Thai where a third or more of the letters are Thai, else English. */
export function detectLanguage(text: string): Language {
  const thaiLetters = text.match(thai)?.length ?? 0;
  return thaiLetters > 0 && thaiLetters * 3 >= (text.match(letter)?.length ?? 0) ? "th" : "en";
}
