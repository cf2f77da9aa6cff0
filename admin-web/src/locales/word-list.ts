import type { Language } from "./language.ts";

const english = new Intl.ListFormat("en-GB");

/** Parts in one list, such as `a, b and c`. In Thai with blanks around the last word, since figures may follow it. */
export function wordList(parts: readonly string[], language: Language): string {
  const last = parts.at(-1);
  if (language === "en" || last === undefined || parts.length === 1) return english.format(parts);
  return `${parts.slice(0, -1).join(" ")} และ ${last}`;
}
