import { code, fence, link } from "./read-document.ts";
import { escapeMarkdown } from "./escape-markdown.ts";

/** Jira's own limit of a text is less, unless it was raised. */
const longest = 50_000;

/**
 * Jira's wiki markup as Markdown: headings, lists, quotes, code, tables, links and the usual formatting; mentions become names, other
 * macros what stands between them. No character of a text means more than itself.
 */
export function readWiki(markup: string): string {
  const parts = markup
    .slice(0, longest)
    .replaceAll("\r\n", "\n")
    .split(/(\{(?:code|noformat)(?::[^}\n]*)?\}[\s\S]*?\{(?:code|noformat)\}|\{quote\}[\s\S]*?\{quote\})/);
  return parts
    .map((part, at) => (at % 2 === 0 ? readLines(part) : readMacro(part)))
    .filter((text) => text !== "")
    .join("\n\n");
}

function readMacro(part: string): string {
  const inner = part.replace(/^\{[^}]*\}\n?/, "").replace(/\n?\{[^}]*\}$/, "");
  return part.startsWith("{quote}") ? readWiki(inner).replaceAll(/^/gm, "> ") : fence(inner);
}

const readLines = (text: string): string =>
  text
    .split("\n")
    .map(readLine)
    // Jira keeps the ends of lines; Markdown does where two spaces stand before them.
    .map((line) => (/^$|^\s*(?:[-|>#]|1\. )|\n$/.test(line) ? line : `${line}  `))
    .join("\n")
    .replaceAll(/ +$/g, "")
    .replaceAll(/ +(?=\n\s*\n)/g, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();

function readLine(line: string): string {
  const heading = /^\s*h([1-6])\.\s+(.*)$/.exec(line);
  if (heading) return `${"#".repeat(Number(heading[1]))} ${readInline(heading[2] ?? "")}\n`;
  const quote = /^\s*bq\.\s+(.*)$/.exec(line);
  if (quote) return `> ${readInline(quote[1] ?? "")}\n`;
  const item = /^\s*([*#-]+)\s+(.*)$/.exec(line);
  if (item && !/^-{4,}$/.test(line.trim())) {
    const [, markers = "", rest = ""] = item;
    return `${"   ".repeat(markers.length - 1)}${markers.endsWith("#") ? "1." : "-"} ${readInline(rest)}`;
  }
  if (/^\s*-{4,}\s*$/.test(line)) return "\n---\n";
  if (/^\s*\|\|.*\|\|\s*$/.test(line)) {
    const cells = line.trim().slice(2, -2).split("||").map(readInline);
    return `| ${cells.join(" | ")} |\n|${" --- |".repeat(cells.length)}`;
  }
  if (/^\s*\|.*\|\s*$/.test(line))
    return `| ${line
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map(readInline)
      .join(" | ")} |`;
  return readInline(line);
}

const token =
  /\\\\|\\([-{}[\]|!^~*_+?#:;().@\\])|&#(\d{1,6});|&(amp|lt|gt|quot);|\{\{(.{1,500}?)\}\}|\[~([^\]\n]{1,200})\]|\[(?:([^\]|\n]{1,300}?)\|)?((?:https?|mailto|tel):[^\]|\s]{1,2000})(?:\|[^\]\n]{0,100})?\]|!([^!\s|][^!\n|]{0,300})(?:\|[^!\n]{0,100})?!|(?:(?<![\p{L}\p{N}])|(?=\{))(\{?)([*_+^~-])(\}?)(?=\S)(.{1,500}?)(?<=\S)\9\10\11(?:(?![\p{L}\p{N}])|(?<=\}))|\{[a-z]+(?::[^}\n]{0,200})?\}/gu;

const references: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
const markdownMarks: Readonly<Record<string, string>> = { "*": "**", _: "*", "-": "~~" };

function readInline(text: string, depth = 0): string {
  let out = "";
  let plain = "";
  let from = 0;
  const flush = (): void => {
    out += escapeMarkdown(plain);
    plain = "";
  };
  for (const found of text.matchAll(token)) {
    const [whole, escaped, number, name, codeText, mention, label, address, picture, , mark, , inner] = found;
    plain += text.slice(from, found.index);
    from = found.index + whole.length;
    if (whole === "\\\\") plain += "\n";
    else if (escaped !== undefined) plain += escaped;
    else if (number !== undefined) plain += characterOf(Number(number));
    else if (name !== undefined) plain += references[name] ?? "";
    else if (mention !== undefined) plain += `@${mention.replace(/^accountid:/, "")}`;
    else if (picture !== undefined) plain += picture;
    else {
      flush();
      if (codeText !== undefined) out += code(unescaped(codeText));
      else if (address !== undefined) out += link(address, unescaped(label ?? address));
      else if (mark !== undefined && inner !== undefined) {
        const around = markdownMarks[mark] ?? "";
        out += around + (depth < 4 ? readInline(inner, depth + 1) : escapeMarkdown(inner)) + around;
      }
    }
  }
  plain += text.slice(from);
  flush();
  return out;
}

const characterOf = (code: number): string =>
  code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";

const unescaped = (text: string): string =>
  text
    .replaceAll(/\\([-{}[\]|!^~*_+?#:;().@])/g, "$1")
    .replaceAll(/&#(\d{1,6});/g, (_, number: string) => characterOf(Number(number)))
    .replaceAll("&amp;", "&");
