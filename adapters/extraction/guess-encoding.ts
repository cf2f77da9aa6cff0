import chardet from "chardet";
import iconv from "iconv-lite";

export interface GuessedEncoding {
  readonly encoding: string;
  readonly text: string;
}

/** Tried beside what chardet proposes, because it does not know them or is unsure on short texts. */
const usual = ["windows-1252", "windows-1251", "cp866", "koi8-r", "windows-1250", "windows-1253", "windows-1255", "windows-1256", "windows-874"]; // prettier-ignore

/** Above this implausibility a text counts as unreadable; text in its right encoding stays below 0.05. */
const unreadable = 0.2;
const sampleBytes = 60_000;

/**
 * The encoding in which the bytes read most plausibly, or null where none does.
 * chardet's confidence decides between encodings that read equally well.
 */
export function guessEncoding(bytes: Buffer): GuessedEncoding | null {
  if (isEbcdic(bytes)) return null;
  const sample = sampleOf(bytes);
  const proposed = chardet
    .analyse(sample)
    .filter(({ name }) => name !== "ASCII" && !name.startsWith("UTF") && iconv.encodingExists(name));
  const confidences = new Map(proposed.map(({ name, confidence }) => [name.toLowerCase(), confidence]));
  for (const name of usual) if (!confidences.has(name)) confidences.set(name, 0);
  let best: { encoding: string; score: number; noise: number } | null = null;
  for (const [encoding, confidence] of confidences) {
    const noise =
      implausibility(iconv.decode(sample, encoding)) +
      (isUnlikelyAsian(encoding, confidence, sample) ? 1 : 0);
    const score = noise - confidence / 200;
    if (best === null || score < best.score) best = { encoding, score, noise };
  }
  if (best === null || best.noise > unreadable) return null;
  return { encoding: best.encoding, text: iconv.decode(bytes, best.encoding) };
}

/**
 * Any bytes above 127 read as some Chinese or Korean characters. chardet gives 10 to text in such an encoding without
 * the characters that are common in the language; below a dozen characters it cannot know.
 */
const isUnlikelyAsian = (encoding: string, confidence: number, sample: Buffer): boolean =>
  confidence <= 10 &&
  /^(?:gb|big5|euc|shift)/i.test(encoding) &&
  sample.reduce((sum, byte) => sum + (byte > 127 ? 1 : 0), 0) > 30;

/** The parts around non-ASCII bytes matter: of a long file, its first 60 kB from the first such byte on. */
function sampleOf(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte > 127);
  const start = Math.max(0, first - 200);
  return bytes.subarray(start, start + sampleBytes);
}

/** EBCDIC writes the space as 0x40; text with spaces in ASCII-based encodings has 0x20. */
function isEbcdic(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 10_000);
  let spaces = 0;
  let ebcdicSpaces = 0;
  let high = 0;
  for (const byte of sample) {
    if (byte === 0x20) spaces += 1;
    else if (byte === 0x40) ebcdicSpaces += 1;
    if (byte > 127) high += 1;
  }
  return ebcdicSpaces > sample.length / 20 && spaces < ebcdicSpaces / 20 && high > sample.length / 4;
}

const faults: readonly (readonly [RegExp, number])[] = [
  [/[\uFFFD\uE000-\uF8FF\u0080-\u0084\u0086-\u009F]/g, 10],
  [/[\u2500-\u259F]/g, 3],
  [/[\uFF61-\uFF9F]/g, 1],
  // A sign inside a word, as in "Ã©".
  [/(?<=\p{L})[¡-©«-¸»-¿×÷†‡‰](?=\p{L})/gu, 2],
  // A capital after a small letter inside one word of Cyrillic or Greek.
  [/[а-яёα-ω][А-ЯЁΑ-Ω]/gu, 1],
  // Scripts mixed inside one word.
  [/[A-Za-zÀ-ɏ][\u0370-\u06FF\u0E00-\u0E7F]|[\u0370-\u06FF\u0E00-\u0E7F][A-Za-zÀ-ɏ]/gu, 1.5],
  // Signs that are rare in prose.
  [/[¢¤¦¨ª¬¯±-´¶¸-º¼-¾×÷ƒˆ˜†‡‰‹›Œœ™]/g, 0.5],
  // No Latin language writes four accented letters in a row.
  [/[\u00C0-\u024F]{4,}/gu, 4],
];

/** Faults per non-ASCII character: 0 for text that reads well, above 1 for the wrong encoding. */
function implausibility(text: string): number {
  const foreign = text.match(/[^\0-\x7F]/g)?.length ?? 0;
  if (foreign === 0) return 0;
  let sum = 0;
  for (const [pattern, weight] of faults) {
    for (const [found] of text.matchAll(pattern)) sum += weight * (weight === 4 ? found.length / 4 : 1);
  }
  // A few signs in a text that is otherwise ASCII say little.
  return sum / (foreign + text.length / 20);
}
