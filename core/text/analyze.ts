import { stemmer } from "stemmer";
import { camelCaseParts, identifierForms, measureParts } from "./identifiers.ts";
import { normalizeText } from "./normalize.ts";
import { stopWords } from "./stop-words.ts";
import { characterGrams, segmentWords, splitByScript } from "./unspaced-scripts.ts";

/** Changes whenever the same text would give other terms, so that what was stored of them is made anew. */
export const analyzerVersion = 1;

const chunk = /[\p{L}\p{M}\p{N}_]+(?:[.\-/:\\@'+#][\p{L}\p{M}\p{N}_]+)*/gu;
const asciiChunk = /[A-Za-z0-9_]+(?:[.\-/:\\@'+#][A-Za-z0-9_]+)*/g;
const beyondAscii = /[^\u0000-\u007f]/;
const plainWord = /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/;
const afterApostrophe = /'[^.\-/:\\@+#]*/g;
/** VMs, URLs: one s is no part of the name. */
const pluralAcronym = /^[A-Z]{2,}s$/;
/** DNS, TLS, gas: Porter would take the s for a plural and confuse them with other words. */
const shortNoun = /^[a-z]{2}s$/;
const asciiLetters = /^[a-z]+$/;

/** What is longer (an encoded file) is found by its beginning. */
const longestTerm = 120;
const cacheLimit = 200_000;
const longestCached = 40;
const cache = new Map<string, ChunkTerms>();

type ChunkTerms = Pick<AnalyzedText, "terms" | "length">;

export interface AnalyzedText {
  readonly terms: readonly string[];
  /** Words of the text: what of `terms` is only another form of a word is not counted. */
  readonly length: number;
  /** Character pieces of the unspaced scripts in it; they support the terms and are not words. */
  readonly grams: readonly string[];
}

interface Reading {
  readonly terms: string[];
  readonly grams: string[];
  length: number;
}

/**
 * The terms by which a text is found, in order and with repetitions: lower case, without diacritics, English words
 * stemmed (Porter 1980, package `stemmer`) and stop words left out, scripts without spaces cut into words,
 * identifiers whole and in parts. Index, questions and answers must all be read by this one function.
 */
export const analyze = (text: string): readonly string[] => analyzeText(text).terms;

/** The same with the length, for those who weigh texts by it. */
export function analyzeText(text: string): AnalyzedText {
  const found: Reading = { terms: [], grams: [], length: 0 };
  const normalized = normalizeText(text);
  if (!beyondAscii.test(normalized)) {
    addSpaced(normalized, asciiChunk, found);
    return found;
  }
  splitByScript(normalized).forEach((part, index) => {
    if (index % 2 === 0) addSpaced(part, chunk, found);
    else addUnspaced(part, found);
  });
  return found;
}

function addUnspaced(run: string, found: Reading): void {
  const words = segmentWords(run);
  for (const word of words) found.terms.push(word);
  for (const gram of characterGrams(run)) found.grams.push(gram);
  found.length += words.length;
}

function addSpaced(text: string, pattern: RegExp, found: Reading): void {
  for (const word of text.match(pattern) ?? []) {
    let read = cache.get(word);
    if (read === undefined) {
      read = readChunk(word);
      if (cache.size >= cacheLimit) cache.clear();
      if (word.length <= longestCached) cache.set(word, read);
    }
    for (const term of read.terms) found.terms.push(term);
    found.length += read.length;
  }
}

function readChunk(word: string): ChunkTerms {
  if (plainWord.test(word)) {
    const terms = termsOfWord(word);
    return { terms, length: terms.length };
  }
  const { wholes, pieces } = identifierForms(word.replace(afterApostrophe, ""));
  const words = pieces.flatMap(termsOfWord);
  const parts = pieces
    .flatMap((piece) => [...camelCaseParts(piece), ...measureParts(piece)])
    .flatMap(termsOfWord);
  return { terms: [...wholes.map((whole) => whole.toLowerCase()), ...words, ...parts], length: words.length };
}

function termsOfWord(word: string): readonly string[] {
  const lower = (pluralAcronym.test(word) ? word.slice(0, -1) : word).slice(0, longestTerm).toLowerCase();
  if (stopWords.has(lower)) return [];
  return [asciiLetters.test(lower) && !shortNoun.test(lower) ? stemmer(lower) : lower];
}
