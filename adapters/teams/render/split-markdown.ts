import { teamsLimits } from "./limits.ts";
import { type Block, joinBlocks, markdownBlocks } from "./markdown-blocks.ts";

/**
 * Markdown (GFM, with `[n]` citation marks) as the texts of one or more messages, in Teams' Markdown. Code and lists are
 * not broken but where they are longer than a message; a heading stays with what it heads. Nothing in it mentions
 * anybody, and no HTML in it is more than text. Empty where there is nothing to say.
 */
export function splitMarkdown(markdown: string, limit: number = teamsLimits.text): readonly string[] {
  const messages: Block[][] = [[]];
  for (const block of markdownBlocks(markdown, limit)) {
    const last = messages.at(-1) ?? [];
    if (last.length === 0 || joinBlocks([...last, block]).length <= limit) {
      last.push(block);
      continue;
    }
    const carried: Block[] = [];
    while (last.length > 1 && last.at(-1)?.kind === "heading") carried.unshift(...last.splice(-1));
    const fits = joinBlocks([...carried, block]).length <= limit;
    messages.push(...(fits ? [[...carried, block]] : [carried, [block]]));
  }
  return messages.map((blocks) => dedent(joinBlocks(blocks))).filter((text) => text !== "");
}

/** What goes on from an item of the message before stands at the margin: further in, it would be code. */
function dedent(text: string): string {
  const depth = /^ */.exec(text)?.[0].length ?? 0;
  return depth === 0 ? text : text.replaceAll(new RegExp(`^ {1,${depth}}`, "gm"), "");
}
