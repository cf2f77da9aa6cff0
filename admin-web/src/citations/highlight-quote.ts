import type { TreeElement, TreeNode, TreeRoot, TreeText } from "./markdown-tree.ts";

/** Shorter pieces of a quote would be found in too many places, in letters and digits. */
const shortestPiece = 12;

interface Letter {
  readonly node: TreeText;
  readonly offset: number;
}

/**
 * A rehype plugin that wraps the words of a quote in `mark`. A quote is Markdown and its rendering is not, so only
 * letters and digits are compared. Where the quote is not found whole, its lines and sentences are looked for.
 */
export function highlightQuote({ quote }: { readonly quote: string }) {
  return (tree: TreeRoot): void => {
    const letters: Letter[] = [];
    collect(tree, letters);
    const text = letters.map(({ node, offset }) => fold(node.value[offset] ?? "")).join("");
    const marked = new Map<TreeText, [number, number][]>();
    for (const [start, end] of findQuote(text, quote)) {
      for (const [node, range] of byNode(letters.slice(start, end))) {
        marked.set(node, [...(marked.get(node) ?? []), range]);
      }
    }
    if (marked.size > 0) wrap(tree, marked);
  };
}

const letterOrDigit = /[\p{L}\p{M}\p{N}]/u;
const fold = (character: string): string => {
  const lower = character.toLowerCase();
  return lower.length === 1 ? lower : character;
};
const folded = (text: string): string =>
  [...text.replaceAll(/\]\([^)]*\)/g, "]")]
    .filter((character) => character.length === 1 && letterOrDigit.test(character))
    .map(fold)
    .join("");

/** Ranges of `text` (letters and digits only) that hold the quote, or its pieces. */
export function findQuote(text: string, quote: string): readonly (readonly [number, number])[] {
  const whole = folded(quote);
  const at = whole === "" ? -1 : text.indexOf(whole);
  if (at !== -1) return [[at, at + whole.length]];
  return quote
    .split(/\n+|…|\[\.\.\.\]|(?<=[.!?])\s+/u)
    .map(folded)
    .filter((piece) => piece.length >= shortestPiece)
    .flatMap((piece) => {
      const found = text.indexOf(piece);
      return found === -1 ? [] : [[found, found + piece.length] as const];
    });
}

function collect(parent: TreeRoot | TreeElement, letters: Letter[]): void {
  for (const child of parent.children) {
    if (child.type === "element") collect(child, letters);
    if (child.type !== "text") continue;
    for (let offset = 0; offset < child.value.length; offset += 1) {
      if (letterOrDigit.test(child.value[offset] ?? "")) letters.push({ node: child, offset });
    }
  }
}

function byNode(letters: readonly Letter[]): ReadonlyMap<TreeText, [number, number]> {
  const ranges = new Map<TreeText, [number, number]>();
  for (const { node, offset } of letters) {
    const range = ranges.get(node);
    if (range === undefined) ranges.set(node, [offset, offset + 1]);
    else range[1] = offset + 1;
  }
  // What lies between the nodes of one quote belongs to it, such as the space before a link.
  [...ranges].forEach(([node, range], index) => {
    if (index > 0) range[0] = 0;
    if (index < ranges.size - 1) range[1] = node.value.length;
  });
  // A range that ends with its sentence takes the full stop in.
  for (const [node, range] of ranges) {
    if (/[.!?)»”"]/.test(node.value[range[1]] ?? "")) range[1] += 1;
  }
  return ranges;
}

function wrap(
  parent: TreeRoot | TreeElement,
  marked: ReadonlyMap<TreeText, readonly [number, number][]>,
): void {
  parent.children = parent.children.flatMap((child): TreeNode[] => {
    if (child.type === "element") wrap(child, marked);
    const ranges = child.type === "text" ? marked.get(child) : undefined;
    if (child.type !== "text" || ranges === undefined) return [child];
    const pieces: TreeNode[] = [];
    let end = 0;
    for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
      if (to <= end) continue;
      const start = Math.max(from, end);
      if (start > end) pieces.push({ type: "text", value: child.value.slice(end, start) });
      pieces.push({
        type: "element",
        tagName: "mark",
        properties: {},
        children: [{ type: "text", value: child.value.slice(start, to) }],
      });
      end = to;
    }
    if (end < child.value.length) pieces.push({ type: "text", value: child.value.slice(end) });
    return pieces;
  });
}
