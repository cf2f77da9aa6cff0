/** Thai, Lao, Myanmar, Khmer, Kana and Han: scripts that put no space between words. */
const unspacedRun =
  /([\u0e00-\u0e3a\u0e40-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff]+)/;

// ICU chooses its dictionary by script, so one segmenter serves them all.
const segmenter = new Intl.Segmenter("th", { granularity: "word" });

/** Splits text into [spaced, unspaced, spaced, …]: every second element is a run of a script without spaces. */
export const splitByScript = (text: string): readonly string[] => text.split(unspacedRun);

/** The words of a run, by ICU's dictionaries. Costs about 1 µs per character: call it on such runs only. */
export function segmentWords(run: string): string[] {
  const words: string[] = [];
  for (const part of segmenter.segment(run)) if (part.isWordLike === true) words.push(part.segment);
  return words;
}

const logographic = /[\u3005-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff]/;

/**
 * Overlapping pieces of a run: three characters of an alphabet, two of Han and Kana. They find names that the
 * dictionary does not know and cuts differently from one sentence to the next.
 */
export function characterGrams(run: string): string[] {
  const size = logographic.test(run) ? 2 : 3;
  if (run.length <= size) return [run];
  return Array.from({ length: run.length - size + 1 }, (_, start) => run.slice(start, start + size));
}
