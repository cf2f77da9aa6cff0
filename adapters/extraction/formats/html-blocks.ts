import { load } from "cheerio";
import type { AnyNode, Element } from "./dom.ts";

import type { Block } from "../../../core/knowledge/text-extractor.ts";
import { BlockSink } from "./html-block-sink.ts";
import { dropped, hasChildren, inline, isText, rawTextOf, textOf } from "./html-text.ts";
import { htmlTable, isLayoutTable } from "./html-table.ts";

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
