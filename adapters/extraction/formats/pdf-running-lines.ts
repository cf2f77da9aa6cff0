import type { Line } from "./pdf-lines.ts";

const leastPages = 3;

/** Drops headers, footers and page numbers that stand on most pages; the first occurrence of words stays. */
export function withoutRunningLines(pages: readonly (readonly Line[])[]): readonly (readonly Line[])[] {
  const filled = pages.filter((lines) => lines.length > 0);
  if (filled.length < leastPages) return pages;
  const counts = new Map<string, number>();
  for (const lines of filled) {
    for (const key of new Set(edgeLines(lines).map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const most = Math.max(leastPages, filled.length * 0.5);
  const shown = new Set<string>();
  return pages.map((lines) => {
    const edges = new Set(edgeLines(lines));
    return lines.filter((line) => {
      const key = keyOf(line);
      if (!edges.has(line) || (counts.get(key) ?? 0) < most) return true;
      if (shown.has(key) || !/\p{L}{3}/u.test(line.text)) return false;
      shown.add(key);
      return true;
    });
  });
}

/** The two topmost and two lowest lines of a page. */
function edgeLines(lines: readonly Line[]): readonly Line[] {
  const sorted = [...lines].sort((left, right) => right.up - left.up);
  return [...new Set([...sorted.slice(0, 2), ...sorted.slice(-2)])];
}

/** Page numbers differ from page to page; the rest and the height on the page do not. */
const keyOf = (line: Line): string => `${line.text.replace(/\d+/g, "#")}|${Math.round(line.up / 4)}`;
