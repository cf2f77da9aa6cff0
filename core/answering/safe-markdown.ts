/**
 * Words of a document made fit to stand in an answer: pictures become their caption, tags go or are shown as text, only
 * web and mail links stay links, `[3]` can not be taken for a citation, and headings and quotes do not restyle the
 * answer, wrapped lines run on. The words themselves stay. Code is left as it is, apart from an unclosed fence, which is closed.
 */
export function safeMarkdown(text: string): string {
  const pieces = text.split(/(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]+`)/);
  const safe = pieces
    .map((piece, index) => (index % 2 === 1 ? closedCode(piece) : safeProse(piece)))
    .join("");
  return unwrapped(safe.replaceAll(/[ \t]+$/gm, "")).trim();
}

/** A line that merely goes on from the one before: what begins a list item, a row, a quote or code does not. */
const wrap = /(?<!\n[ \t]*)\n[ \t]*(?![ \t\n|>]|[-*+•]\s|(?:\d{1,3}|#|[a-zA-Z])[.)]\s|$)/g;

/** Lines that were wrapped to a width run on, because some channels show each line end. */
const unwrapped = (text: string): string =>
  text
    .split(/(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$))/)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replaceAll(wrap, " ")))
    .join("");

const picture = /!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?/g;
const inlineLink = /\[([^\]]*)\]\(\s*<?([^\s)>]*)>?(?:\s+["'(][^)]*)?\)/g;
const referenceLink = /\[([^\]\n]+)\]\[[^\]\n]*\]/g;
const htmlLink = /<a\s[^>]*?href\s*=\s*["']?([^"'\s>]*)["']?[^>]*>([\s\S]*?)<\/a\s*>/gi;
const hidden =
  /<(script|style|iframe|object|template|svg|head|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)|<!--[\s\S]*?(?:-->|$)/gi;
const htmlTag =
  /<\/?(?:a|abbr|article|aside|b|blockquote|body|br|button|center|cite|code|col|colgroup|dd|del|details|div|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|header|hr|html|i|img|input|ins|kbd|label|li|link|main|mark|meta|nav|ol|option|p|picture|pre|q|s|samp|section|select|small|source|span|strike|strong|sub|summary|sup|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|var|video|audio)\b[^<>]*\/?>/gi;
const shortcode = /\{\{[<%][\s\S]*?[>%]\}\}/g;

function safeProse(text: string): string {
  return text
    .replace(hidden, " ")
    .replace(shortcode, " ")
    .replace(/<br\s*\/?>/gi, " ")
    .replace(htmlLink, (_link, url: string, label: string) => `[${label}](${url})`)
    .replace(picture, "$1")
    .replace(inlineLink, (_link, label: string, url: string) =>
      /^(?:https?:\/\/|mailto:)/i.test(url) && label.trim() !== "" ? `[${label}](${url})` : label,
    )
    .replace(referenceLink, "$1")
    .replace(htmlTag, "")
    .replace(/<(?=[\p{L}/!?@#])/gu, "\\<")
    .replace(/(?<!\\)\[\^?(\d{1,3})\](?!\()/g, "($1)")
    .replace(/^\s{0,3}(?:#{1,6}|>)\s+/gm, "")
    .replace(/^\s{0,3}(?:={3,}|-{3,}|\*{3,})\s*$/gm, "");
}

const closedCode = (code: string): string =>
  /^(?:```|~~~)/.test(code) && (code.length < 6 || !/(?:```|~~~)$/.test(code))
    ? `${code}\n${code.slice(0, 3)}`
    : code;
