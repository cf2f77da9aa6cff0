import { unescapeEntities } from "./entities.ts";

export interface Mentions {
  /** The bot's own user ids, whose mentions are left out. */
  readonly botUserIds?: readonly string[];
  /** The shown name of a person; null where it is not known. */
  readonly nameOf?: (userId: string) => string | null;
}

/**
 * A message of Slack as Markdown, fit to be a question: mentions as names, links as Markdown links, entities as
 * characters, the bot's own mention left out. Formatting and code stay, because a stressed word or a pasted log is a part
 * of what is asked.
 */
export function fromMrkdwn(text: string, mentions: Mentions = {}): string {
  const read = readTokens(text, mentions, markdownSpelling);
  const formatted = read.text
    .replaceAll(style("\\*"), "**$1**")
    .replaceAll(style("~"), "~~$1~~")
    .replaceAll(/^((?:&gt;|>)?[^\S\n]*)[•◦▪]\ufe0e?[^\S\n]+/gm, "$1- ")
    .replaceAll(/^([^\S\n]*(?:\d+\. )?)✓ /gm, "$1- [x] ")
    .replaceAll(/^([^\S\n]*(?:\d+\. )?)☐ /gm, "$1- [ ] ")
    .replaceAll(/^(\d+\. )- (\[[x ]\] )/gm, "$1$2");
  return tidy(read.restore(unescapeEntities(formatted.replaceAll(invisible, ""))));
}

/** The words of a mrkdwn text alone, as a screen reader or a notification shows them. */
export function plainFromMrkdwn(text: string): string {
  const read = readTokens(text, {}, plainSpelling);
  const plain = read.text
    .replaceAll(style("\\*"), "$1")
    .replaceAll(style("_"), "$1")
    .replaceAll(style("~"), "$1")
    .replaceAll(/^&gt;|^>[^\S\n]?/gm, "");
  return tidy(read.restore(unescapeEntities(plain.replaceAll(invisible, "")), "plain"));
}

/** A marker formats at the edge of a word; Thai and others without spaces have no such edge. */
const style = (marker: string): RegExp =>
  new RegExp(
    `(?<![A-Za-z0-9${marker}])${marker}(?=[^\\s${marker}])([^\\n${marker}]*[^\\s${marker}])${marker}(?![A-Za-z0-9${marker}])`,
    "g",
  );

/** Set between words by our own renderer and by some keyboards; no one means to write it. */
const invisible = /[\u200b\u2060\ufeff\u00ad]/g;

const tidy = (text: string): string =>
  text
    .replaceAll(/[^\S\n]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();

const token = /```\n?([\s\S]*?)\n?```|`([^`\n]+)`|<([^<>\n]+)>/g;
// Private-use characters, which the text is freed of first, stand for what must not be touched meanwhile.
const opening = "\ue000";
const closing = "\ue001";

interface Spelling {
  readonly link: (url: string, label: string) => string;
  /** Characters that our own renderer keeps from formatting. */
  readonly literal: (characters: string) => string;
}
const plainSpelling: Spelling = {
  link: (url, label) => label || withoutScheme(url),
  literal: (characters) => characters,
};

interface ReadTokens {
  readonly text: string;
  restore(text: string, code?: "plain"): string;
}

function readTokens(raw: string, mentions: Mentions, spelling: Spelling): ReadTokens {
  const kept: { readonly before: string; readonly text: string; readonly after: string }[] = [];
  const keep = (text: string, before = "", after = ""): string =>
    `${opening}${kept.push({ before, text, after }) - 1}${closing}`;
  const unlinked = (code: string): string =>
    unescapeEntities(
      code.replaceAll(/<([^<>\n]+)>/g, (_, inner: string) =>
        readAngle(inner, mentions, { ...spelling, link: (url) => url }),
      ),
    );
  const clean = withoutOwnMention(raw.replaceAll(/[\ue000\ue001]/g, ""), mentions.botUserIds ?? []);
  const text = clean.replaceAll(token, (_, ...found: unknown[]) => {
    const [block, inline, angle] = found as (string | undefined)[];
    if (block !== undefined) {
      const code = unlinked(block).replaceAll("\u200b", "");
      const fence = "`".repeat(Math.max(3, ...(code.match(/`+/g) ?? []).map(({ length }) => length + 1)));
      return keep(code, `\n${fence}\n`, `\n${fence}\n`);
    }
    if (inline !== undefined) return keep(unlinked(inline), "`", "`");
    return keep(readAngle(angle ?? "", mentions, spelling));
  });
  return {
    text,
    restore: (done, code) =>
      done.replaceAll(/\ue000(\d+)\ue001/g, (_, at: string) => {
        const { before, text: inner, after } = kept[Number(at)] ?? { before: "", text: "", after: "" };
        return code === "plain" ? inner : before + inner + after;
      }),
  };
}

/** Left out with the comma or colon that addresses it. */
function withoutOwnMention(text: string, botUserIds: readonly string[]): string {
  return botUserIds.reduce((rest, id) => {
    const own = `<@${id}(?:\\|[^<>]*)?>`;
    return rest
      .replace(new RegExp(`^\\s*${own}[\\s,:;–—-]*`), "")
      .replaceAll(new RegExp(`[^\\S\\n]*${own}`, "g"), "");
  }, text);
}

/** What stands between `<` and `>`: https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages */
function readAngle(inner: string, { nameOf }: Mentions, spelling: Spelling): string {
  const bar = inner.indexOf("|");
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? "" : unescapeEntities(inner.slice(bar + 1));
  const name = target.slice(1);
  switch (target.charAt(0)) {
    case "@":
      return `@${nameOf?.(name) ?? (label.replace(/^@/, "") || "someone")}`;
    case "#":
      return `#${label || "channel"}`;
    case "!":
      return readSpecial(name, label, spelling);
    default:
      return spelling.link(unescapeEntities(target), label);
  }
}

function readSpecial(name: string, label: string, { literal }: Spelling): string {
  const kind = name.split("^")[0] ?? "";
  if (kind === "date") return /^[*_~`]+$/.test(label) ? literal(label) : label;
  if (kind === "subteam") return `@${label.replace(/^@/, "") || "group"}`;
  return ["here", "channel", "everyone"].includes(kind) ? `@${kind}` : label;
}

function markdownLink(url: string, label: string): string {
  // What our own renderer makes of a citation.
  if (/^\[\d{1,3}\]$/.test(label)) return label;
  const address = withoutScheme(url);
  if (label === "" || label === url || label === address) return address;
  // Slack makes a link of a bare `example.com`, which needs no label.
  if (url === `http://${label}` || url === `https://${label}`) return url;
  const target = url.replaceAll("(", "%28").replaceAll(")", "%29");
  return `[${label.replaceAll(/[[\]]/g, "\\$&")}](${target})`;
}

const withoutScheme = (url: string): string => url.replace(/^(?:mailto|tel):/i, "");

const markdownSpelling: Spelling = {
  link: markdownLink,
  literal: (characters) => characters.replaceAll(/./g, "\\$&"),
};
