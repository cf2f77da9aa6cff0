import type { Block } from "../../../core/knowledge/text-extractor.ts";
import type { Line } from "./pdf-lines.ts";

/** A heading is set this much larger than the body text. */
const headingRatio = 1.15;
const headingLength = 200;
const headingLevels = 4;
const bullet = /^(?:[•‣▪●○◦–·-]|[\uF0B7\uF0A7])\s*(?=\S)|^\d{1,2}[.)]\s+(?=\S)/;

/** Headings by size, lists by bullet, paragraphs by the distance between lines. */
export function pdfBlocks(pages: readonly (readonly Line[])[]): readonly Block[] {
  const lines = pages.flat();
  const body = bodySize(lines);
  const levels = headingSizes(lines, body);
  const usualGap = medianGap(lines);
  const blocks: Block[] = [];
  let group: Line[] = [];
  const close = (): void => {
    const [first] = group;
    if (first !== undefined) blocks.push(...blocksOfGroup(group, levels.get(roundSize(first.size)) ?? null));
    group = [];
  };
  for (const line of lines) {
    const last = group.at(-1);
    if (last !== undefined && (startsList(group, line) || !belongs(last, line, usualGap, levels))) close();
    group.push(line);
  }
  close();
  return blocks;
}

const roundSize = (size: number): number => Math.round(size * 2) / 2;

/** The size in which most characters are set. */
function bodySize(lines: readonly Line[]): number {
  const characters = new Map<number, number>();
  for (const line of lines)
    characters.set(roundSize(line.size), (characters.get(roundSize(line.size)) ?? 0) + line.text.length);
  return [...characters].sort((left, right) => right[1] - left[1])[0]?.[0] ?? 0;
}

/** Levels 1, 2 … of the sizes above the body's, largest first; none where a third of the text would be headings. */
function headingSizes(lines: readonly Line[], body: number): ReadonlyMap<number, number> {
  const large = lines.filter((line) => roundSize(line.size) >= body * headingRatio);
  const share =
    large.reduce((sum, line) => sum + line.text.length, 0) /
    Math.max(
      1,
      lines.reduce((sum, line) => sum + line.text.length, 0),
    );
  if (share > 0.34) return new Map();
  const sizes = [...new Set(large.map((line) => roundSize(line.size)))].sort((left, right) => right - left);
  return new Map(sizes.map((size, index) => [size, Math.min(index + 1, headingLevels)]));
}

/** The usual distance of two lines of one paragraph, in multiples of the size. */
function medianGap(lines: readonly Line[]): number {
  const gaps: number[] = [];
  for (const [index, line] of lines.entries()) {
    const previous = lines[index - 1];
    if (previous === undefined || previous.page !== line.page || line.size === 0) continue;
    const gap = (previous.up - line.up) / line.size;
    if (gap > 0.5 && gap < 3) gaps.push(gap);
  }
  return gaps.sort((left, right) => left - right)[Math.floor(gaps.length / 2)] ?? 1.2;
}

/** A bullet below text that is no list begins one. */
const startsList = (group: readonly Line[], line: Line): boolean =>
  bullet.test(line.text) && !bullet.test(group[0]?.text ?? "");

function belongs(last: Line, line: Line, usualGap: number, levels: ReadonlyMap<number, number>): boolean {
  const level = levels.get(roundSize(line.size));
  if (level !== levels.get(roundSize(last.size)) || Math.abs(last.angle - line.angle) > 0.02) return false;
  if (last.page !== line.page)
    return level === undefined && /[\p{Ll},-]$/u.test(last.text) && /^\p{Ll}/u.test(line.text);
  const gap = (last.up - line.up) / Math.max(line.size, 1);
  const overlaps = line.start < last.end && line.end > last.start;
  return gap > 0 && gap < usualGap * 1.25 && overlaps && Math.abs(last.size - line.size) < line.size * 0.25;
}

function blocksOfGroup(group: readonly Line[], level: number | null): readonly Block[] {
  const page = group[0]?.page ?? null;
  const text = joinLines(group);
  if (level !== null && text.length <= headingLength && /\p{L}/u.test(text))
    return [{ kind: "heading", level, text: text.replace(/\s+/g, " "), page }];
  if (group.length > 0 && bullet.test(group[0]?.text ?? ""))
    return [{ kind: "list", text: listText(group), page }];
  return [{ kind: "paragraph", text, page }];
}

/** Items with Markdown markers; lines without a bullet continue the item above. */
function listText(group: readonly Line[]): string {
  const items: Line[][] = [];
  for (const line of group) {
    if (bullet.test(line.text) || items.length === 0) items.push([line]);
    else items.at(-1)?.push(line);
  }
  return items.map((item) => joinLines(item).replace(/^[•‣▪●○◦–·\uF0B7\uF0A7-]\s*/, "- ")).join("\n");
}

/** A word cut at the end of a line is joined again: always at a soft hyphen, at "-" where small letters meet. */
export function joinLines(lines: readonly { readonly text: string }[]): string {
  let text = "";
  for (const line of lines) {
    if (text === "") text = line.text;
    else if (text.endsWith("\u00AD")) text = text.slice(0, -1) + line.text;
    else if (/\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(line.text)) text = text.slice(0, -1) + line.text;
    else
      text += `${/[\u3040-\u9FFF]$/.test(text) && /^[\u3040-\u9FFF]/.test(line.text) ? "" : " "}${line.text}`;
  }
  return text.replaceAll("\u00AD", "");
}
