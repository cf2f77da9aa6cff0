/**
 * Rewrites a model's text while it streams: `[n]` marks are renumbered 1, 2, 3 … in order of first use, marks of
 * passages that were not given are dropped, pictures become their caption, and links stay only where `allowLink` says
 * so. Code is left as it is. Text is held back only while a bracket is open.
 */
export interface MarkRewriter {
  /** What may be shown of the text so far. */
  push(text: string): string;
  /** The rest. */
  end(): string;
  /** Passage numbers as given to the model, in the order in which the text cites them. */
  readonly cited: readonly number[];
}

export interface MarkRewriterOptions {
  /** How many passages the model was given; they are numbered from 1. */
  readonly passages: number;
  readonly allowLink: (url: string) => boolean;
}

/** A bracket that is longer than this is taken for plain text. */
const longestHold = 600;
const marks = /^(?:\[|【)\s*((?:passages?|sources?)?\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*(?:\]|】)/iu;
const link = /^(!?)\[([^\]]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)[^)]*\)/u;
const openings = /[[!【`]/u;

export function createMarkRewriter({ passages, allowLink }: MarkRewriterOptions): MarkRewriter {
  const cited: number[] = [];
  let held = "";
  let code: string | null = null;

  const renumber = (list: string): string => {
    const numbers = [...new Set((list.match(/\d+/g) ?? []).map(Number))];
    return numbers
      .filter((number) => number >= 1 && number <= passages)
      .map((number) => {
        if (!cited.includes(number)) cited.push(number);
        return `[${String(cited.indexOf(number) + 1)}]`;
      })
      .join("");
  };

  /** Takes one piece off `held`, or null where it must wait for more. */
  const take = (last: boolean): string | null => {
    if (code !== null) {
      const end = held.indexOf(code);
      // Code within a line ends with the line, so that a lone tick does not swallow the marks after it.
      const lineEnd = code.length < 3 ? held.indexOf("\n") : -1;
      const brokenOff = lineEnd !== -1 && (end === -1 || lineEnd < end);
      if (end === -1 && !brokenOff) {
        const stop = last ? held.length : held.length - code.length + 1;
        return stop <= 0 ? null : cut(stop);
      }
      const stop = brokenOff ? lineEnd + 1 : end + code.length;
      code = null;
      return cut(stop);
    }
    const opening = held.search(openings);
    if (opening === -1) return cut(held.length);
    if (opening > 0) return cut(opening);
    if (held.startsWith("`")) {
      const ticks = /^`+/.exec(held)?.[0] ?? "`";
      if (ticks.length === held.length && !last) return null;
      code = ticks;
      return cut(ticks.length);
    }
    if (held.startsWith("!") && held.length > 1 && !held.startsWith("![")) return cut(1);
    const linked = link.exec(held);
    if (linked !== null) {
      cut(linked[0].length);
      const [whole, picture, label = "", url = ""] = linked;
      return picture === "!" || !allowLink(url) ? label : whole;
    }
    const marked = marks.exec(held);
    const more = held.length < longestHold && !last;
    if (marked !== null) {
      // `[1]` may still turn out to be the label of a link.
      if (held.length === marked[0].length && more) return null;
      if (held[marked[0].length] === "(" && more && !held.includes(")", marked[0].length)) return null;
      cut(marked[0].length);
      return renumber(marked[1] ?? "");
    }
    const close = held.search(/[\]】]/u);
    const undecided =
      close === -1 || close === held.length - 1 || (held[close + 1] === "(" && !held.includes(")", close));
    if (undecided && more) return null;
    return cut(held.startsWith("![") ? 2 : 1);
  };
  const cut = (length: number): string => {
    const piece = held.slice(0, length);
    held = held.slice(length);
    return piece;
  };
  const drain = (last: boolean): string => {
    let text = "";
    while (held !== "") {
      const piece = take(last);
      if (piece === null) break;
      text += piece;
    }
    return text;
  };

  return {
    push(text) {
      held += text;
      return drain(false);
    },
    end: () => drain(true),
    cited,
  };
}
