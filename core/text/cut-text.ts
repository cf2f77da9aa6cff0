const words = new Intl.Segmenter("th", { granularity: "word" });

/** Where a text is best cut so that at most `size` characters come before: a sentence, else a word, never a character. */
export function textEnd(text: string, size: number): number {
  if (text.length <= size) return text.length;
  const head = text.slice(0, size + 1);
  const half = size / 2;
  const sentence = Math.max(
    ...["\n", ". ", "? ", "! ", "。"].map((end) => head.lastIndexOf(end) + end.length),
  );
  if (sentence > half && sentence <= size) return sentence;
  const space = head.lastIndexOf(" ");
  if (space > half) return space;
  // A word may go on behind the cut, so that the segment which reaches the end is not trusted.
  let end = 0;
  for (const { index } of words.segment(head)) if (index <= size) end = index;
  if (end > half) return end;
  return /[\ud800-\udbff]$/.test(text.slice(0, size)) ? size - 1 || 2 : size;
}

/** At most `size` characters of a text, at a word's end, with `…` where something is missing. */
export function shorten(text: string, size: number): string {
  return text.length <= size ? text : `${text.slice(0, textEnd(text, size - 1)).replace(/[\s.,;:…]+$/, "")}…`;
}

/** Code in parts of at most `limit` characters, cut between lines; a line that is too long is cut within. */
export function splitCode(code: string, limit: number): readonly string[] {
  const parts: string[] = [];
  let part: string | null = null;
  for (const line of code.split("\n").flatMap((whole) => cutLine(whole, limit))) {
    if (part !== null && part.length + 1 + line.length <= limit) part += `\n${line}`;
    else {
      if (part !== null) parts.push(part);
      part = line;
    }
  }
  return part === null ? parts : [...parts, part];
}

function cutLine(line: string, limit: number): readonly string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > limit) {
    const at = /[\ud800-\udbff]$/.test(rest.slice(0, limit)) ? limit - 1 : limit;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...parts, rest];
}
