import type { AnyBlock, ContextBlock, KnownBlock, SectionBlock, TableBlock } from "@slack/types";
import { buttonHtml, elementHtml, feedbackHtml, textHtml } from "./elements.ts";
import { escapeHtml } from "./escape.ts";
import type { Names } from "./mrkdwn.ts";
import { richTextHtml } from "./rich-text.ts";

/** Blocks of a message or view as HTML. Throws where these pictures do not know a block. */
export const blocksHtml = (blocks: readonly AnyBlock[], names: Names): string =>
  blocks.map((block) => blockHtml(block as KnownBlock, names)).join("\n");

function blockHtml(block: KnownBlock, names: Names): string {
  switch (block.type) {
    case "section":
      return sectionHtml(block, names);
    case "context":
      return `<div class="block context">${block.elements.map((element) => contextHtml(element, names)).join("")}</div>`;
    case "actions":
      return `<div class="block actions">${block.elements.map((element) => elementHtml(element, names)).join("")}</div>`;
    case "context_actions":
      return `<div class="block actions">${block.elements
        .map((element) =>
          element.type === "feedback_buttons" ? feedbackHtml(element) : buttonHtml({ text: element.text }),
        )
        .join("")}</div>`;
    case "header":
      return `<div class="block header">${escapeHtml(block.text.text)}</div>`;
    case "divider":
      return '<hr class="block">';
    case "rich_text":
      return `<div class="block">${richTextHtml(block, names)}</div>`;
    case "table":
      return tableHtml(block, names);
    case "input": {
      const optional = block.optional === true ? ' <span class="quiet">(optional)</span>' : "";
      const hint = block.hint ? `<div class="hint">${escapeHtml(block.hint.text)}</div>` : "";
      return `<div class="block input"><div class="label">${escapeHtml(block.label.text)}${optional}</div>${elementHtml(block.element, names)}${hint}</div>`;
    }
    default:
      throw new Error(`There is no picture of a ${block.type} block.`);
  }
}

function sectionHtml({ text, fields = [], accessory }: SectionBlock, names: Names): string {
  const grid = fields.map((field) => `<div>${textHtml(field, names)}</div>`).join("");
  const body = `${text ? textHtml(text, names) : ""}${grid === "" ? "" : `<div class="fields">${grid}</div>`}`;
  if (!accessory) return `<div class="block section">${body}</div>`;
  if (accessory.type === "image") throw new Error("There is no picture of an image beside a section.");
  return `<div class="block section with"><div>${body}</div><div class="accessory">${elementHtml(accessory, names)}</div></div>`;
}

function contextHtml(element: ContextBlock["elements"][number], names: Names): string {
  if (element.type === "image") throw new Error("There is no picture of an image in a context block.");
  return `<div>${textHtml(element, names)}</div>`;
}

function tableHtml({ rows, column_settings: settings = [] }: TableBlock, names: Names): string {
  const lines = rows.map((row, index) => {
    const tag = index === 0 ? "th" : "td";
    const cells = row.map((cell, column) => {
      const html = cell.type === "rich_text" ? richTextHtml(cell, names) : escapeHtml(cell.text);
      return `<${tag} style="text-align:${settings[column]?.align ?? "left"}">${html}</${tag}>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="block table"><table>${lines.join("")}</table></div>`;
}
