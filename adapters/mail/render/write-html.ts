import { linkAddress } from "../../../core/markdown/link-address.ts";
import type { Language } from "../../../core/text/language.ts";
import { escapeHtml } from "./escape-html.ts";
import type { Line, MailBlock, MailContent } from "./mail-content.ts";
import { markdownHtml } from "./markdown-html.ts";
import { writeMoment } from "./moment.ts";

/** Colours in pairs whose contrast is above 4.5 to 1, for light and dark screens (https://www.w3.org/TR/WCAG22/#contrast-minimum). */
const style = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 24px 16px; background: #ffffff; color: #1c1e21; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 600px; margin: 0 auto; overflow-wrap: anywhere; }
h1 { font-size: 20px; line-height: 1.3; margin: 0 0 16px; }
h2 { font-size: 16px; margin: 24px 0 4px; }
a { color: #0b57d0; }
blockquote { margin: 0 0 16px; padding: 4px 0 4px 12px; border-left: 3px solid #767b84; }
pre { white-space: pre-wrap; }
table { border-collapse: collapse; }
th, td { border: 1px solid #767b84; padding: 4px 8px; text-align: left; }
.quiet { color: #5a5f68; font-size: 14px; }
.button { display: inline-block; padding: 10px 18px; border-radius: 6px; background: #0b57d0; color: #ffffff; text-decoration: none; font-weight: 600; }
@media (prefers-color-scheme: dark) {
  body { background: #16181c; color: #e8eaed; }
  a { color: #8ab4f8; }
  .quiet { color: #a6acb5; }
  .button { background: #8ab4f8; color: #16181c; }
}`;

/** A mail as HTML: nothing in it is loaded from anywhere. */
export const writeHtml = ({ subject, blocks, language }: MailContent): string =>
  `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>${style}
</style>
</head>
<body>
<main>
${blocks.map((block) => blockHtml(block, language)).join("\n")}
</main>
</body>
</html>
`;

function blockHtml(block: MailBlock, language: Language): string {
  switch (block.kind) {
    case "heading":
      return `<h1>${escapeHtml(block.text)}</h1>`;
    case "line":
      return `<p>${lineHtml(block.line, language)}</p>`;
    case "quiet":
      return `<p class="quiet">${lineHtml(block.line, language)}</p>`;
    case "quote":
      return `<blockquote><p>${escapeHtml(block.text).replaceAll(/\r?\n/g, "<br>")}</p></blockquote>`;
    case "markdown": {
      const urls = block.urls ?? new Map<number, string | null>();
      return markdownHtml(block.markdown, (number) => linkOf(urls.get(number) ?? null));
    }
    case "list":
      return `<h2>${escapeHtml(block.title)}</h2><ul>${block.lines
        .map((line) => `<li>${lineHtml(line, language)}</li>`)
        .join("")}</ul>`;
    case "button":
      return `<p><a class="button" href="${escapeHtml(block.url)}">${escapeHtml(block.text)}</a></p>`;
  }
}

const lineHtml = (line: Line, language: Language): string =>
  line
    .map((part) => {
      if (typeof part === "string") return escapeHtml(part);
      if ("moment" in part) return escapeHtml(writeMoment(part.moment, language));
      const url = linkOf(part.url);
      const text = escapeHtml(part.text);
      return url === null ? text : `<a href="${escapeHtml(url)}">${text}</a>`;
    })
    .join("");

const linkOf = (url: string | null): string | null => (url === null ? null : linkAddress(url));
