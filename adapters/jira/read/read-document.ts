import { z } from "zod";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { escapeMarkdown } from "./escape-markdown.ts";

interface Node {
  readonly type: string;
  readonly text?: string | undefined;
  readonly attrs?: Readonly<Record<string, unknown>> | undefined;
  readonly marks?:
    | readonly { readonly type: string; readonly attrs?: Readonly<Record<string, unknown>> | undefined }[]
    | undefined;
  readonly content?: readonly Node[] | undefined;
}

const attrs = z.record(z.string(), z.unknown()).optional().catch(undefined);
const nodeSchema: z.ZodType<Node> = z.object({
  type: z.string(),
  text: z.string().optional(),
  attrs,
  marks: z
    .array(z.object({ type: z.string(), attrs }))
    .optional()
    .catch(undefined),
  get content() {
    return z.array(nodeSchema).optional();
  },
});

/**
 * A document of Atlassian's format as Markdown: mentions become names, pictures and cards what they say or lead to, and no
 * character of a text means more than itself. Empty where it is no document.
 */
export function readDocument(document: unknown): string {
  const parsed = nodeSchema.safeParse(document);
  return parsed.success ? blocks(parsed.data.content ?? []).trim() : "";
}

const blocks = (nodes: readonly Node[]): string =>
  nodes
    .map(block)
    .filter((text) => text.trim() !== "")
    .join("\n\n");

function block(node: Node): string {
  const content = node.content ?? [];
  switch (node.type) {
    case "paragraph":
      return inline(content);
    case "heading":
      return `${"#".repeat(levelOf(node))} ${inline(content).replaceAll("\n", " ")}`;
    case "codeBlock":
      return fence(content.map(({ text }) => text ?? "").join(""));
    case "blockquote":
    case "panel":
      return blocks(content).replaceAll(/^/gm, "> ");
    case "bulletList":
      return content.map((item) => listItem("-", item)).join("\n");
    case "orderedList":
      return content.map((item, at) => listItem(`${String(orderOf(node) + at)}.`, item)).join("\n");
    case "taskList":
    case "decisionList":
      return content
        .map((item) => `- ${item.attrs?.["state"] === "DONE" ? "✓ " : ""}${inline(item.content ?? [])}`)
        .join("\n");
    case "table":
      return table(content);
    case "rule":
      return "---";
    default:
      // What is not known: what stands in it.
      return content.some(({ type }) => type === "text")
        ? inline(content)
        : blocks(content) || inline([node]);
  }
}

const levelOf = ({ attrs: given }: Node): number => {
  const level = given?.["level"];
  return typeof level === "number" ? Math.min(6, Math.max(1, Math.trunc(level))) : 3;
};

const orderOf = ({ attrs: given }: Node): number => {
  const order = given?.["order"];
  return typeof order === "number" && order >= 0 ? Math.trunc(order) : 1;
};

export function fence(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map(({ length }) => length));
  const mark = "`".repeat(longest + 1);
  return `${mark}\n${code}\n${mark}`;
}

function listItem(marker: string, item: Node): string {
  const text = blocks(item.content ?? []).replaceAll(/\n\n(?=\s*(?:[-+]|\d+\.) )/g, "\n");
  return `${marker} ${text.replaceAll(/\n(?=.)/g, `\n${" ".repeat(marker.length + 1)}`)}`;
}

function table(rows: readonly Node[]): string {
  const lines = rows.map((row) =>
    (row.content ?? []).map((cell) => blocks(cell.content ?? []).replaceAll(/\s*\n\s*/g, " ")),
  );
  const [head = [], ...rest] = lines;
  return [head, head.map(() => "---"), ...rest].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const inline = (nodes: readonly Node[]): string => nodes.map(inlineNode).join("");

function inlineNode(node: Node): string {
  const told = (name: string): string => {
    const value = node.attrs?.[name];
    return typeof value === "string" ? value : "";
  };
  switch (node.type) {
    case "text":
      return marked(node);
    case "hardBreak":
      return "  \n";
    case "mention":
      return escapeMarkdown(`@${told("text").replace(/^@/, "")}`);
    case "emoji":
      return escapeMarkdown(told("text") || told("shortName"));
    case "status":
      return escapeMarkdown(told("text"));
    case "date": {
      const at = new Date(Number(told("timestamp")));
      return Number.isNaN(at.getTime()) ? "" : at.toISOString().slice(0, 10);
    }
    case "inlineCard":
    case "blockCard":
    case "embedCard":
      return link(told("url"), told("url"));
    case "media":
    case "mediaInline":
      return escapeMarkdown(told("alt"));
    default:
      return inline(node.content ?? []);
  }
}

function marked({ text = "", marks = [] }: Node): string {
  const has = (type: string): boolean => marks.some((mark) => mark.type === type);
  const href = marks.find(({ type }) => type === "link")?.attrs?.["href"];
  if (has("code")) return code(text);
  const inner = text.trim();
  if (inner === "") return text;
  const [lead, tail] = [text.slice(0, text.indexOf(inner)), text.slice(text.indexOf(inner) + inner.length)];
  let out = typeof href === "string" ? link(href, inner) : escapeMarkdown(inner);
  if (has("strike")) out = `~~${out}~~`;
  if (has("em")) out = `*${out}*`;
  if (has("strong")) out = `**${out}**`;
  return lead + out + tail;
}

export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const mark = "`".repeat(longest + 1);
  const padding = /^`|`$/.test(text) ? " " : "";
  return mark + padding + text.replaceAll("\n", " ") + padding + mark;
}

/** A link where its address may be opened from a message; else its words. */
export function link(href: string, label: string): string {
  const address = linkAddress(href)?.replaceAll("(", "%28").replaceAll(")", "%29");
  return address === undefined ? escapeMarkdown(label) : `[${escapeMarkdown(label)}](${address})`;
}
