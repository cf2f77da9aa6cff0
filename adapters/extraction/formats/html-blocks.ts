import { load } from "cheerio";
import type { AnyNode, Element, ParentNode, Text } from "./dom.ts";

import type { Block } from "../../../core/knowledge/text-extractor.ts";
import { BlockSink } from "./html-block-sink.ts";
import { htmlTable, isLayoutTable } from "./html-table.ts";

const dropped = new Set(
  "script style template nav head title meta link svg math iframe frame object embed audio video canvas map select datalist button input textarea noscript noframes dialog".split(" "),
); // prettier-ignore

const inline = new Set(
  "a abbr acronym b br bdi bdo big cite code data del dfn em font i ins kbd label mark q ruby rt rp s samp small span strike strong sub sup time tt u var wbr img".split(" "),
); // prettier-ignore

/** Blocks of an HTML fragment, as it stands in Markdown or comes out of a converter. */
export function htmlBlocks(html: string): readonly Block[] {
  const root = load(html, null, false).root().get(0);
  return root === undefined ? [] : blocksOfDom(root);
}

interface Step {
  readonly node: AnyNode;
  readonly leave: boolean;
}

/** Walks without recursion, so that depth costs no stack. */
export function blocksOfDom(root: AnyNode): readonly Block[] {
  const sink = new BlockSink();
  const steps: Step[] = [{ node: root, leave: false }];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    const { node, leave } = step;
    if (leave) {
      leaveElement(sink, node as Element);
    } else if (isText(node)) {
      sink.text(node.data);
    } else if (hasChildren(node) && enterElement(sink, node)) {
      steps.push({ node, leave: true });
      for (let index = node.children.length - 1; index >= 0; index -= 1) {
        const child = node.children[index];
        if (child !== undefined) steps.push({ node: child, leave: false });
      }
    }
  }
  return sink.finish();
}

const isText = (node: AnyNode): node is Text => !("name" in node) && "data" in node && node.nodeType === 3;

const hasChildren = (node: AnyNode): node is AnyNode & ParentNode => "children" in node;

/** Returns whether the children are to be walked. */
function enterElement(sink: BlockSink, node: AnyNode): boolean {
  if (!("name" in node) || !("attribs" in node)) return true;
  const { name, attribs } = node;
  if (dropped.has(name) || isHidden(attribs) || isBackLink(name, attribs)) return false;
  if (/^h[1-6]$/.test(name)) {
    sink.heading(Number(name[1]), textOf(node));
    return false;
  }
  if (name === "pre") {
    sink.code(rawTextOf(node));
    return false;
  }
  if (name === "table" && !isLayoutTable(node)) {
    const { caption, table } = htmlTable(node);
    sink.table(caption, table);
    return false;
  }
  if (name === "ul" || name === "ol" || name === "menu")
    sink.openList(name === "ol", Number(attribs["start"] ?? "1"));
  else if (name === "li") sink.openItem();
  else if (name === "br") sink.lineBreak();
  else if (!inline.has(name)) sink.flush();
  return true;
}

function leaveElement(sink: BlockSink, node: Element): void {
  const { name } = node;
  if (name === "ul" || name === "ol" || name === "menu") sink.closeList();
  else if (name === "td" || name === "th" || !inline.has(name)) sink.flush();
}

const isHidden = (attribs: Readonly<Record<string, string>>): boolean =>
  attribs["role"] === "navigation" ||
  attribs["aria-hidden"] === "true" ||
  "hidden" in attribs ||
  /display\s*:\s*none|mso-hide\s*:\s*all/i.test(attribs["style"] ?? "");

/** The arrow from a footnote or comment back to its place. */
const isBackLink = (name: string, attribs: Readonly<Record<string, string>>): boolean =>
  name === "a" && /^#(?:footnote|endnote|comment)-ref/.test(attribs["href"] ?? "");

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
