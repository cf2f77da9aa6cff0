import type { Language } from "./language.ts";

/** The server's words of a fault, as a pattern, and the same in another language; `$1` stands for what varies. */
export type FaultTexts = readonly (readonly [said: RegExp, text: string])[];

const loaded: Partial<Record<Language, FaultTexts>> = {};

/** Adds a language's words, when its texts arrive. */
export function addFaultTexts(language: Language, texts: FaultTexts): void {
  loaded[language] = texts;
}

/** What is wrong with an outside system, or what to do, in the person's language where it is translated, else in the server's words. */
export function faultText(said: string, language: Language): string {
  const found = loaded[language]?.find(([pattern]) => pattern.test(said));
  return found === undefined ? said : said.replace(found[0], found[1]);
}
