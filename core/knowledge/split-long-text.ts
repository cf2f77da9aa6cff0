import type { TokenCounter } from "./split-tokens.ts";

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const words = new Intl.Segmenter("th", { granularity: "word" });

/**
 * Cuts text into slices of at most `limit` tokens, which joined give the text again: at sentence ends, in a longer
 * sentence at a line end or space, in a script without spaces between words, else between characters.
 */
export function sliceText(text: string, limit: number, count: TokenCounter): readonly string[] {
  const slices: string[] = [];
  let current = "";
  let tokens = 0;
  for (const sentence of sentencesOf(text)) {
    const size = count(sentence);
    if (current !== "" && tokens + size > limit) {
      slices.push(current);
      current = "";
      tokens = 0;
    }
    if (size > limit) {
      slices.push(...cut(sentence, limit, size));
    } else {
      current += sentence;
      tokens += size;
    }
  }
  if (current !== "") slices.push(current);
  return slices;
}

/** Sentences with the space behind them. Dots in numbers, versions and file names do not end one. */
export function* sentencesOf(text: string): Generator<string> {
  let held = "";
  for (const { segment } of sentences.segment(text)) {
    held += segment;
    if (/(?:^|\s)(?:\p{L}|e\.g|i\.e|etc|vs|cf|no|fig|mr|mrs|dr|approx)\.\s*$/iu.test(held.slice(-12)))
      continue;
    yield held;
    held = "";
  }
  if (held !== "") yield held;
}

/** Even slices by characters, so that a sentence a little over the limit is not left with a crumb. */
function cut(text: string, limit: number, tokens: number): readonly string[] {
  const parts = Math.ceil((tokens / limit) * 1.1);
  const length = Math.max(1, Math.ceil(text.length / parts));
  const slices: string[] = [];
  let rest = 0;
  while (text.length - rest > length) {
    const end = rest + boundaryBefore(text.slice(rest, rest + length));
    slices.push(text.slice(rest, end));
    rest = end;
  }
  slices.push(text.slice(rest));
  return slices;
}

/** The best place to cut near the end of `piece`: at least half of it stays. */
function boundaryBefore(piece: string): number {
  const half = Math.floor(piece.length / 2);
  for (const mark of ["\n", " "]) {
    const at = piece.lastIndexOf(mark);
    if (at >= half) return at + 1;
  }
  const tail = Math.max(half, piece.length - 200);
  let last = 0;
  for (const { index } of words.segment(piece.slice(tail))) last = index;
  if (last > 0) return tail + last;
  return /[\uD800-\uDBFF]$/.test(piece) && piece.length > 1 ? piece.length - 1 : piece.length;
}
