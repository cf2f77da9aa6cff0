import { splitMarkdown } from "../render/split-markdown.ts";

/**
 * Of an answer that is being written the part whose look no longer changes, as Teams' Markdown; empty where there is
 * none. Teams takes a stream only if each part begins with the one before, and what is still open, as a bold word, a
 * link, code or a table, is read differently once it ends. What exceeds one message waits for the reply.
 * @param written GFM, in which nothing changes but that more comes.
 */
export function settledText(written: string): string {
  return splitMarkdown(settledMarkdown(written))[0] ?? "";
}

function settledMarkdown(written: string): string {
  const { closed, open } = lastBlock(written);
  // Tables and code are read as a whole; an underline would make a heading of the lines above.
  if (/^\s*(?:\||`{3}|~{3}|<)/m.test(open) || /\n\s*[-=:|][-=:|\s]*$/.test(open)) return closed;
  let end = open.length;
  while (end > 0) {
    end = open.slice(0, end).search(/\s\S*$/);
    if (end <= 0) return closed;
    const piece = open.slice(0, end);
    if (isBalanced(piece)) return closed + piece;
  }
  return closed;
}

/** The blocks that an empty line has ended, apart from the one that goes on; code ends with its fence alone. */
function lastBlock(written: string): { readonly closed: string; readonly open: string } {
  let fence: string | null = null;
  let at = 0;
  let closedUntil = 0;
  for (const line of written.split(/(?<=\n)/)) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const whole = line.endsWith("\n");
    at += line.length;
    if (fence === null && mark !== undefined) fence = mark;
    else if (fence !== null && mark?.startsWith(fence) === true && whole) {
      fence = null;
      closedUntil = at;
    } else if (fence === null && whole && line.trim() === "") closedUntil = at;
  }
  return { closed: written.slice(0, closedUntil), open: written.slice(closedUntil) };
}

/** Whether nothing is begun in it that has yet to end: emphasis, code, a link. */
function isBalanced(text: string): boolean {
  const plain = text.replaceAll(/\\./g, "").replaceAll(/^\s*[*+-]\s/gm, "");
  const count = (mark: RegExp): number => (plain.match(mark) ?? []).length;
  const single = (mark: string): RegExp => new RegExp(`(?<!${mark})${mark}(?!${mark})`, "g");
  const marks = [/\*\*/g, single("\\*"), /__/g, single("_"), /`/g, /~~/g, single("~")];
  return (
    marks.every((mark) => count(mark) % 2 === 0) &&
    count(/\[/g) === count(/\]/g) &&
    count(/</g) === count(/>/g) &&
    !/\]\([^)]*$/.test(plain)
  );
}
