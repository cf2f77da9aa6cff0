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
  if (target.startsWith("!date^")) return characters(dateText(target, label));
  if (target.startsWith("!")) return mention(`@${label || (target.slice(1).split("^")[0] ?? "")}`);
  return linkHtml(characters(target), characters(label || target.replace(/^mailto:/, "")));
}

/** A date as a reader in Bangkok has it on 12 January 2026; what cannot be formatted shows its fallback. */
function dateText(target: string, fallback: string): string {
  const [, seconds = "0", format = ""] = target.split("^");
  const at = new Date(Number(seconds) * 1_000);
  if (at.getTime() === 0) return fallback;
  const thai = /[\u0e00-\u0e7f]/.test(fallback);
  const written = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(thai ? "th-TH-u-ca-gregory" : "en-US", {
      ...options,
      timeZone: "Asia/Bangkok",
    }).format(at);
  const agoMinutes = Math.round((Date.parse(now) - at.getTime()) / 60_000);
  const relative = new Intl.RelativeTimeFormat(thai ? "th" : "en");
  const ago =
    agoMinutes < 60
      ? relative.format(-agoMinutes, "minute")
      : relative.format(-Math.round(agoMinutes / 60), "hour");
  const today = at.toISOString().startsWith(now.slice(0, 10));
  return format
    .replaceAll("{date_short_pretty}", today ? (thai ? "วันนี้" : "today") : written({ dateStyle: "medium" }))
    .replaceAll("{date}", written({ dateStyle: "long" }))
    .replaceAll("{time}", written({ timeStyle: "short" }))
    .replaceAll("{ago}", ago);
}

const now = "2026-01-12T02:46:00Z";

const mention = (text: string): string => `<span class="mention">${characters(text)}</span>`;
export const linkHtml = (address: string, label: string): string => `<a href="${address}">${label}</a>`;
