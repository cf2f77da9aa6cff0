import type { TreeElement, TreeNode, TreeRoot } from "../citations/markdown-tree.ts";

const mark = /\[(\d{1,2})\]/g;

/**
 * A rehype plugin: each `[n]` outside code and links becomes a `button` with `data-citation`. Answers hold no other
 * buttons, since raw HTML is not let through.
 */
export function citationMarks() {
  return (tree: TreeRoot): void => {
    rewrite(tree);
  };
}

function rewrite(parent: TreeRoot | TreeElement): void {
  if (parent.type === "element" && ["code", "pre", "a"].includes(parent.tagName)) return;
  const children: TreeNode[] = [];
  for (const child of parent.children) {
    if (child.type === "text") children.push(...split(child.value));
    else {
      if (child.type === "element") rewrite(child);
      children.push(child);
    }
  }
  parent.children = children;
}

function split(text: string): TreeNode[] {
  const pieces: TreeNode[] = [];
  let end = 0;
  for (const found of text.matchAll(mark)) {
    // Held to the word before it, so that a mark never begins a line.
    const before = text.slice(end, found.index).replace(/\s$/u, "\u00a0");
    if (before !== "") pieces.push({ type: "text", value: before });
    pieces.push({
      type: "element",
      tagName: "button",
      properties: { dataCitation: found[1] ?? "" },
      children: [],
    });
    end = found.index + found[0].length;
  }
  if (end < text.length) pieces.push({ type: "text", value: text.slice(end) });
  return pieces;
}
