import type { Run } from "../../../core/markdown/inline-runs.ts";
import type { Block } from "./blocks.ts";
import { escapeCode, escapeWiki } from "./escape-wiki.ts";

/** Blocks as Jira's wiki markup, for Data Center. */
export const writeWiki = (blocks: readonly Block[]): string =>
  blocks
    .map((block) => blockText(block, "", false))
    .filter((text) => text !== "")
    .join("\n\n");

function blockText(block: Block, marker: string, quoted: boolean): string {
  switch (block.kind) {
    case "paragraph":
      return runsText(block.runs);
    case "heading":
      return quoted || marker !== ""
        ? runsText(block.runs.map((run) => ({ ...run, bold: true })))
        : `h${String(block.level)}. ${runsText(block.runs.map((run) => ({ ...run, text: run.text.replaceAll("\n", " ") })))}`;
    case "code":
      return `{code${block.language === null ? "" : `:${block.language}`}}\n${escapeCode(block.text)}\n{code}`;
    case "quote": {
      const inner = block.blocks.map((one) => blockText(one, marker, true)).join("\n\n");
      // A quote within a quote would end it.
      return quoted || marker !== "" || inner === "" ? inner : `{quote}\n${inner}\n{quote}`;
    }
    case "list": {
      const own = marker + (block.start === null ? "*" : "#");
      return block.items.map((item) => itemText(item, own, quoted)).join("\n");
    }
    case "table":
      return tableText(block.table.header, block.table.rows);
    case "rule":
      return "----";
  }
}

/** An item's first lines stand behind its marker; lists within go on with longer markers. */
function itemText(item: readonly Block[], marker: string, quoted: boolean): string {
  const parts = item.map((block) => blockText(block, marker, quoted));
  const [first = "", ...rest] = parts;
  const leads = item[0] === undefined || item[0].kind === "paragraph" || item[0].kind === "heading";
  return leads ? [`${marker} ${first || " "}`, ...rest].join("\n") : [`${marker}  `, ...parts].join("\n");
}

function tableText(
  header: readonly (readonly Run[])[],
  rows: readonly (readonly (readonly Run[])[])[],
): string {
  const cell = (runs: readonly Run[]): string =>
    runsText(runs.map((run) => ({ ...run, text: run.text.replaceAll("\n", " ") }))).trim() || " ";
  return [`||${header.map(cell).join("||")}||`, ...rows.map((row) => `|${row.map(cell).join("|")}|`)].join(
    "\n",
  );
}

const marks = [
  ["bold", "{*}"],
  ["italic", "{_}"],
  ["strike", "{-}"],
] as const;

/** Formatting stands in braces, which needs no space beside it: Thai has none. */
function runsText(runs: readonly Run[]): string {
  let out = "";
  for (const run of runs)
    for (const [at, line] of run.text.split("\n").entries()) {
      if (at > 0) out += "\n";
      if (line === "") continue;
      const before = out === "" || out.endsWith("\n") ? "" : "x";
      out += run.url === null ? styled(run, line, before) : linkText(run.url, line);
    }
  return out;
}

function styled(run: Run, text: string, before: string): string {
  if (run.code) return `{{${escapeWiki(text, "x")}}}`;
  const used = marks.filter(([mark]) => run[mark]).map(([, written]) => written);
  // Formatting must touch a word.
  const inner = text.trim();
  if (used.length === 0 || inner === "") return escapeWiki(text, before);
  const [lead, tail] = [text.slice(0, text.indexOf(inner)), text.slice(text.indexOf(inner) + inner.length)];
  return `${lead}${used.join("")}${escapeWiki(inner, "x")}${used.toReversed().join("")}${tail}`;
}

const linkText = (url: string, label: string): string => {
  const address = url.replaceAll("[", "%5B").replaceAll("]", "%5D");
  return label === url ? `[${address}]` : `[${escapeWiki(label, "x")}|${address}]`;
};
