import type { Line } from "./pdf-lines.ts";

const leastPages = 3;

/**
 * Drops headers, footers and page numbers that stand at the same place on most pages; the first occurrence of words
 * stays. Lines larger than their page's usual size are headings, even where they only differ in a number.
 */
export function withoutRunningLines(pages: readonly (readonly Line[])[]): readonly (readonly Line[])[] {
  const filled = pages.filter((lines) => lines.length > 0);
  if (filled.length < leastPages) return pages;
  const counts = new Map<string, number>();
  for (const lines of filled) {
    for (const key of new Set(edgeLines(lines).flatMap(keysOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const most = Math.max(leastPages, filled.length * 0.5);
  const shown = new Set<string>();
  return pages.map((lines) => {
    const edges = new Set(edgeLines(lines));
    return lines.filter((line) => {
      const key = edges.has(line) ? keysOf(line).find((one) => (counts.get(one) ?? 0) >= most) : undefined;
      if (key === undefined) return true;
      if (shown.has(key) || !/\p{L}{3}/u.test(line.text)) return false;
      shown.add(key);
      return true;
    });
  });
}

/** The two topmost and two lowest lines of a page, without large ones. */
function edgeLines(lines: readonly Line[]): readonly Line[] {
  const sizes = lines.map((line) => line.size).sort((left, right) => left - right);
  const usual = sizes[Math.floor(sizes.length / 2)] ?? 0;
  const sorted = [...lines].sort((left, right) => right.up - left.up);
  const edges = new Set([...sorted.slice(0, 2), ...sorted.slice(-2)]);
  return [...edges].filter((line) => line.size <= usual * 1.15);
}

/** What repeats from page to page: the words, or the words with the first or last number counted from the page's own. */
function keysOf(line: Line): readonly string[] {
  const place = Math.round(line.up / 4);
  const relative = (pattern: RegExp): string =>
    `${line.text.replace(pattern, (digits) => `#${Number(digits) - line.page}`)}|${place}`;
  return [`${line.text}|${place}`, relative(/\d+/), relative(/\d+(?=\D*$)/)];
}
