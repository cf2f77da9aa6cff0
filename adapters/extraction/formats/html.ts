import { load } from "cheerio";

import type { ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import type { DecodedText } from "../decode-text.ts";
import { limits } from "../limits.ts";
import { refuseTooComplex } from "../refusal.ts";
import { blocksOfDom } from "./html-blocks.ts";

/** The visible text of a page; scripts, styles, navigation and everything it refers to are left out. */
export function readHtml({ text, warnings }: DecodedText): ExtractedText {
  refuseDeepNesting(text);
  const $ = load(text);
  const title = $("head > title, title").first().text().replace(/\s+/g, " ").trim();
  const body = $("body").get(0) ?? $.root().get(0);
  return {
    title: title === "" ? null : title,
    blocks: body === undefined ? [] : blocksOfDom(body),
    warnings,
  };
}

const unclosed = new Set(
  "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option optgroup colgroup rb rt rp body html head".split(" "),
); // prettier-ignore

/**
 * The parser walks its stack of open elements for each tag, so that depth costs its square:
 * 100,000 levels would take the whole time limit. Counted on the tags alone, in one pass.
 */
export function refuseDeepNesting(html: string): void {
  let depth = 0;
  for (const [, slash, name = ""] of html.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})/g)) {
    if (unclosed.has(name.toLowerCase())) continue;
    depth = slash === "/" ? Math.max(0, depth - 1) : depth + 1;
    if (depth > limits.htmlDepth) throw refuseTooComplex("The page nests its elements too deeply.");
  }
}
