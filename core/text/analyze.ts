import { stemmer } from "stemmer";
import { camelCaseParts, identifierForms } from "./identifiers.ts";
import { normalizeText } from "./normalize.ts";
import { stopWords } from "./stop-words.ts";
import { segmentWords, splitByScript } from "./unspaced-scripts.ts";

/** Changes whenever the same text would give other terms, so that what was stored of them is made anew. */
export const analyzerVersion = 1;

const chunk = /[\p{L}\p{M}\p{N}_]+(?:[.\-/:\\@'+#][\p{L}\p{M}\p{N}_]+)*/gu;
const asciiChunk = /[A-Za-z0-9_]+(?:[.\-/:\\@'+#][A-Za-z0-9_]+)*/g;
const beyondAscii = /[^\u0000-\u007f]/;
const plainWord = /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/;
const afterApostrophe = /'[^.\-/:\\@+#]*/g;
const asciiLetters = /^[a-z]+$/;

const cacheLimit = 200_000;
const longestCached = 40;
const cache = new Map<string, readonly string[]>();

/**
 * The terms by which a text is found, in order and with repetitions: lower case, without diacritics, English words
 * stemmed (Porter 1980, package `stemmer`) and stop words left out, scripts without spaces cut into words,
 * identifiers whole and in parts. Index, questions and answers must all be read by this one function.
 */
export function analyze(text: string): string[] {
  const terms: string[] = [];
  const normalized = normalizeText(text);
  if (!beyondAscii.test(normalized)) {
    addSpaced(normalized, asciiChunk, terms);
    return terms;
  }
  splitByScript(normalized).forEach((part, index) => {
    if (index % 2 === 1) terms.push(...segmentWords(part));
    else addSpaced(part, chunk, terms);
  });
  return terms;
}

function addSpaced(text: string, pattern: RegExp, terms: string[]): void {
  for (const word of text.match(pattern) ?? []) {
    let found = cache.get(word);
    if (found === undefined) {
      found = termsOfChunk(word);
      if (cache.size >= cacheLimit) cache.clear();
      if (word.length <= longestCached) cache.set(word, found);
    }
    for (const term of found) terms.push(term);
  }
}

function termsOfChunk(word: string): readonly string[] {
  if (plainWord.test(word)) return termsOfWord(word);
  const { wholes, pieces } = identifierForms(word.replace(afterApostrophe, ""));
  return [
    ...wholes.map((whole) => whole.toLowerCase()),
    ...pieces.flatMap((piece) => [...termsOfWord(piece), ...camelCaseParts(piece).flatMap(termsOfWord)]),
  ];
}

function termsOfWord(word: string): readonly string[] {
  const lower = word.toLowerCase();
  if (stopWords.has(lower)) return [];
  return [asciiLetters.test(lower) ? stemmer(lower) : lower];
}
