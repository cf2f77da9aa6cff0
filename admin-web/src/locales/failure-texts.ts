import type { ApiFailure, FailureCode } from "../api/http-client.ts";
import type { Language } from "./language.ts";

export interface FailureWords {
  readonly message: string;
  readonly remedy: string | null;
}
type Facts = ApiFailure["facts"];
/** Words, or what makes them of the facts. */
export type FailureTexts = Readonly<
  Partial<Record<FailureCode, FailureWords | ((facts: Facts) => FailureWords)>>
>;

export const failureWords = (message: string, remedy: string | null = null): FailureWords => ({
  message,
  remedy,
});

/** The server's own words are English and name the facts, so English needs only what the page itself finds. */
export const englishFailures: FailureTexts = {
  offline: failureWords("The server could not be reached.", "Check your connection, then try again."),
  answer_unreadable: failureWords(
    "The server's answer was not understood.",
    "Load the page again. If it stays, tell your administrator.",
  ),
};

const loaded: Partial<Record<Language, FailureTexts>> = { en: englishFailures };

/** Adds a language's words, when its texts arrive. */
export function addFailureTexts(language: Language, texts: FailureTexts): void {
  loaded[language] = texts;
}

/** What happened and what to do, in the person's language where it is translated, else in the server's words. */
export function failureText(
  failure: {
    readonly code: FailureCode;
    readonly message: string;
    readonly remedy: string | null;
    readonly facts?: Facts;
  },
  language: Language,
): FailureWords {
  const words = loaded[language]?.[failure.code];
  if (typeof words === "function") return words(failure.facts ?? {});
  return words ?? { message: failure.message, remedy: failure.remedy };
}
