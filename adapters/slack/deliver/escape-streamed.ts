/** What stands between "@" and its word so that nobody is called: it has no width. */
const guard = "\u200b";
const broadcasts = ["here", "channel", "everyone", "group"] as const;
const broadcast = new RegExp(String.raw`@(?=(?:${broadcasts.join("|")})\b)`, "giu");

/** Where a text may end in the middle of a broadcast: the rest of its word decides. */
function unfinishedFrom(text: string): number {
  const at = text.lastIndexOf("@");
  const word = text.slice(at + 1).toLowerCase();
  return at >= 0 && broadcasts.some((name) => name.startsWith(word)) ? at : text.length;
}

/**
 * Escapes Markdown that is streamed in pieces as `markdown_text`, so that nothing in it mentions a person, a channel or
 * everyone, wherever it is cut. Slack reads its own `<…>` tokens in Markdown too, shows `&lt;` as "<" and does not read
 * what it has shown again; "&" stays as it is, for it is decoded in no link's address (measured in a workspace:
 * https://github.com/PostHog/posthog/pull/95054). Returns a function that takes the next piece and returns what may be
 * sent by now: the end of a text that may become a broadcast waits for the next piece.
 */
export function createStreamEscape(): (piece: string) => string {
  let waiting = "";
  return (piece) => {
    const text = waiting + piece;
    const end = unfinishedFrom(text);
    waiting = text.slice(end);
    return text.slice(0, end).replaceAll("<", "&lt;").replaceAll(broadcast, `@${guard}`);
  };
}

/** The longest beginning of at most `limit` characters that cuts neither an escape nor a character in two. */
export function beginningOf(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const beginning = text.slice(0, limit).replace(/[\ud800-\udbff]$/, "");
  return beginning.replace(/&[a-z]{0,2}$/, "") || beginning;
}
