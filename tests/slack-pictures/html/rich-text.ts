import type { RichTextBlock, RichTextElement } from "@slack/types";
import { escapeHtml } from "./escape.ts";
import { linkHtml, type Names } from "./mrkdwn.ts";

type Part = RichTextBlock["elements"][number];

/** A rich_text block, or a table's cell, as HTML. */
export const richTextHtml = ({ elements }: RichTextBlock, names: Names): string =>
  elements.map((part) => partHtml(part, names)).join("");

function partHtml(part: Part, names: Names): string {
  switch (part.type) {
    case "rich_text_section":
      return runs(part.elements, names);
    case "rich_text_quote":
      return `<blockquote>${runs(part.elements, names)}</blockquote>`;
    case "rich_text_preformatted":
      return `<pre>${runs(part.elements, names)}</pre>`;
    case "rich_text_list": {
      const items = part.elements.map((item) => `<li>${partHtml(item, names)}</li>`).join("");
      const tag = part.style === "ordered" ? "ol" : "ul";
      const indent = (part.indent ?? 0) * 28;
      return `<${tag} style="margin-left:${String(indent)}px">${items}</${tag}>`;
    }
  }
}

const runs = (elements: readonly RichTextElement[], names: Names): string =>
  elements.map((element) => runHtml(element, names)).join("");

function runHtml(element: RichTextElement, names: Names): string {
  switch (element.type) {
    case "text":
      return styled(lines(element.text), element.style);
    case "link":
      return styled(linkHtml(escapeHtml(element.url), lines(element.text ?? element.url)), element.style);
    case "user":
      return `<span class="mention">@${escapeHtml(names.get(element.user_id) ?? "someone")}</span>`;
    default:
      throw new Error(`There is no picture of a ${element.type} in rich text.`);
  }
}

const lines = (text: string): string => escapeHtml(text).replaceAll("\n", "<br>");

function styled(html: string, style: Extract<RichTextElement, { type: "text" }>["style"]): string {
  let result = html;
  if (style?.code === true) result = `<code>${result}</code>`;
  if (style?.strike === true) result = `<s>${result}</s>`;
  if (style?.italic === true) result = `<i>${result}</i>`;
  return style?.bold === true ? `<b>${result}</b>` : result;
}
