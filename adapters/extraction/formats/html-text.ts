import type { AnyNode, ParentNode, Text } from "./dom.ts";

/** Elements without text for a reader. */
export const dropped = new Set(
  "script style template nav head title meta link svg math iframe frame object embed audio video canvas map select datalist button input textarea noscript noframes dialog".split(" "),
); // prettier-ignore

/** Elements that run on within a line. */
export const inline = new Set(
  "a abbr acronym b br bdi bdo big cite code data del dfn em font i ins kbd label mark q ruby rt rp s samp small span strike strong sub sup time tt u var wbr img".split(" "),
); // prettier-ignore

export const isText = (node: AnyNode): node is Text =>
  !("name" in node) && "data" in node && node.nodeType === 3;

export const hasChildren = (node: AnyNode): node is AnyNode & ParentNode => "children" in node;

/** The words of a subtree on one line. */
export const textOf = (root: AnyNode): string => rawTextOf(root, " ").replace(/\s+/g, " ").trim();

/** The text of a subtree as written; `separator` stands between block elements. */
export function rawTextOf(root: AnyNode, separator = ""): string {
  const parts: string[] = [];
  const nodes: AnyNode[] = [root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (isText(node)) parts.push(node.data);
    else if ("name" in node && node.name === "br") parts.push("\n");
    else if (hasChildren(node) && !("name" in node && dropped.has(node.name))) {
      if ("name" in node && !inline.has(node.name)) parts.push(separator);
      for (let index = node.children.length - 1; index >= 0; index -= 1) {
        const child = node.children[index];
        if (child !== undefined) nodes.push(child);
      }
    }
  }
  return parts.join("");
}
