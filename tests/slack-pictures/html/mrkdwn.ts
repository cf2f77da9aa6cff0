import { escapeHtml } from "./escape.ts";

/** The shown names of people, by their ids. */
export type Names = ReadonlyMap<string, string>;

const token = /```\n?([\s\S]*?)\n?```|`([^`\n]+)`|<([^<>\n]+)>/g;
// Private-use characters stand for what is finished already.
const kept = /\ue000(\d+)\ue001/g;

/**
 * Slack's mrkdwn as HTML, as Slack's own clients show it: formatting only at the edges of words and within a line, links
 * and mentions in angle brackets, `>` for quotes; a date that cannot be formatted shows its fallback.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function mrkdwnHtml(mrkdwn: string, names: Names): string {
  const done: string[] = [];
  const keep = (html: string): string => `\ue000${String(done.push(html) - 1)}\ue001`;
  const marked = mrkdwn.replaceAll(token, (_, ...found: unknown[]) => {
    const [block, inline, angle] = found as (string | undefined)[];
    if (block !== undefined) return keep(`<pre>${characters(block)}</pre>`);
    if (inline !== undefined) return keep(`<code>${characters(inline)}</code>`);
    return keep(angleHtml(angle ?? "", names));
  });
  const html = linesHtml(characters(marked).split("\n"));
  return html.replaceAll(kept, (_, at: string) => done[Number(at)] ?? "");
}

/** Plain text of Slack, in which only `&`, `<` and `>` are written as entities. */
const characters = (text: string): string =>
  escapeHtml(text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));

function linesHtml(lines: readonly string[]): string {
  let html = "";
  let quoted: string[] = [];
  const flush = (): void => {
    if (quoted.length > 0) html += `<blockquote>${quoted.join("<br>")}</blockquote>`;
    quoted = [];
  };
  lines.forEach((line, index) => {
    const quote = /^&gt; ?(.*)$/.exec(line);
    if (quote) {
      quoted.push(formatted(quote[1] ?? ""));
      return;
    }
    const afterQuote = quoted.length > 0;
    flush();
    html += index === 0 || afterQuote ? formatted(line) : `<br>${formatted(line)}`;
  });
  flush();
  return html;
}

const formatted = (line: string): string =>
  line
    .replaceAll(style("\\*"), "<b>$1</b>")
    .replaceAll(style("_"), "<i>$1</i>")
    .replaceAll(style("~"), "<s>$1</s>");

const style = (marker: string): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\p{M}\\p{N}${marker}])${marker}(?=[^\\s${marker}])([^${marker}]*[^\\s${marker}])${marker}(?![\\p{L}\\p{M}\\p{N}${marker}])`,
    "gu",
  );

function angleHtml(inner: string, names: Names): string {
  const bar = inner.indexOf("|");
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? "" : inner.slice(bar + 1);
  if (target.startsWith("@"))
    return mention(`@${names.get(target.slice(1)) ?? (label.replace(/^@/, "") || "someone")}`);
  if (target.startsWith("#")) return mention(`#${label || "channel"}`);
  if (target.startsWith("!date^")) return characters(label);
  if (target.startsWith("!")) return mention(`@${label || (target.slice(1).split("^")[0] ?? "")}`);
  return linkHtml(characters(target), characters(label || target.replace(/^mailto:/, "")));
}

const mention = (text: string): string => `<span class="mention">${characters(text)}</span>`;
export const linkHtml = (address: string, label: string): string => `<a href="${address}">${label}</a>`;
