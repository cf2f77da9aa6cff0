import { escapeEntities } from "./entities.ts";
import { plainStyle, type Run } from "../../../core/markdown/inline-runs.ts";

const markers = { bold: "*", italic: "_", strike: "~" } as const;
type Mark = keyof typeof markers;
const marks: readonly Mark[] = ["bold", "italic", "strike"];

/** Slack formats only at the edge of a word; this makes an edge where text has none, as between Thai words. */
const edge = "\u200b";
const opensAfter = /[\s("'[]$/;
const closesBefore = /^[\s.,:;!?)"'\]…]/;

/**
 * Runs as Slack's mrkdwn. Characters of the text that would format are written so that they show as they are, and
 * nothing in it becomes a mention, a link or an emoji: only runs with `url` are links.
 */
export const writeMrkdwn = (runs: readonly Run[]): string =>
  linesOf(runs)
    .map((line) => writeLine(line).trimEnd())
    .join("\n");

/** Text that is no Markdown, such as a name, as mrkdwn that shows it as it is; a link where it has an address. */
export const writePlain = (text: string, url: string | null = null): string =>
  writeMrkdwn([{ ...plainStyle, text, url }]);

/** Formatting never spans lines in Slack, so that each line is written by itself. */
function linesOf(runs: readonly Run[]): readonly (readonly Run[])[] {
  const lines: Run[][] = [[]];
  for (const run of runs)
    for (const [index, text] of run.text.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (text !== "") lines.at(-1)?.push({ ...run, text });
    }
  return lines;
}

function writeLine(line: readonly Run[]): string {
  const contested = contestedCharacters(line);
  let out = "";
  let opened = false;
  let closed = false;
  const put = (text: string): void => {
    if (text === "") return;
    out += closed && !closesBefore.test(text) ? edge + text : text;
    opened = closed = false;
  };
  const open = (marker: string): void => {
    out += out === "" || opened || (!closed && opensAfter.test(out)) ? marker : edge + marker;
    opened = true;
    closed = false;
  };
  const close = (marker: string): void => {
    // Slack has been seen to miss an end right after a bracket.
    out += marker !== "`" && /[)\]}]$/.test(out) ? edge + marker : marker;
    opened = false;
    closed = true;
  };
  const leaf = (run: Run): void => {
    if (run.url !== null) {
      put(writeLink(run.url, run.text, contested));
    } else if (run.code) {
      open("`");
      out += escapeEntities(codeText(run.text));
      close("`");
    } else {
      const text = writeText(run, contested);
      put(out === "" && text.startsWith("&gt;") ? `${quoteGuard}${text}` : text);
    }
  };
  const write = (runs: readonly Run[], [mark, ...rest]: readonly Mark[]): void => {
    if (mark === undefined) {
      runs.forEach(leaf);
      return;
    }
    for (const group of groups(runs, mark)) {
      if (group[0]?.[mark] !== true) {
        write(group, rest);
        continue;
      }
      const { before, inner, after } = trimmed(group);
      put(before);
      if (inner.length > 0) {
        open(markers[mark]);
        write(inner, rest);
        close(markers[mark]);
      }
      put(after);
    }
  };
  write(line, marks);
  return out;
}

function groups(runs: readonly Run[], mark: Mark): readonly (readonly Run[])[] {
  const found: Run[][] = [];
  for (const run of runs) {
    const last = found.at(-1);
    if (last?.[0]?.[mark] === run[mark]) last.push(run);
    else found.push([run]);
  }
  return found;
}

/** A marker must touch a word, so that spaces at the ends stay outside. */
function trimmed(runs: readonly Run[]): { before: string; inner: readonly Run[]; after: string } {
  const inner = [...runs];
  let before = "";
  let after = "";
  for (let first = inner[0]; first && !first.code && /^\s/.test(first.text); first = inner[0]) {
    const text = first.text.trimStart();
    before += first.text.slice(0, first.text.length - text.length);
    if (text === "") inner.shift();
    else inner[0] = { ...first, text };
  }
  for (let last = inner.at(-1); last && !last.code && /\s$/.test(last.text); last = inner.at(-1)) {
    const text = last.text.trimEnd();
    after = last.text.slice(text.length) + after;
    if (text === "") inner.pop();
    else inner[inner.length - 1] = { ...last, text };
  }
  return { before, inner, after };
}

/** Slack knows no escape; a character needs one only where the line has a second one that it could pair with. */
function contestedCharacters(line: readonly Run[]): ReadonlySet<string> {
  const count = (character: string): number =>
    line.reduce((sum, run) => {
      const styled =
        (character === "`" && run.code) || marks.some((mark) => markers[mark] === character && run[mark]);
      return sum + (styled ? 2 : 0) + (run.code ? 0 : run.text.split(character).length - 1);
    }, 0);
  return new Set(["*", "_", "~", "`"].filter((character) => count(character) > 1));
}

/** A text that begins with `>` would be a quote. */
const quoteGuard = "\u00ad";

const special = /([*_~`])\1*|:(?=[\p{L}\p{N}_+'-]{1,100}:)|@(?=(?:here|channel|everyone|group)\b)|[&<>]/giu;

function writeText(run: Run, contested: ReadonlySet<string>): string {
  return run.text.replaceAll(special, (found, _marker: unknown, at: number) => {
    const character = found.charAt(0);
    if ("&<>".includes(character)) return escapeEntities(found);
    if (character === ":") {
      const clock = /\d/.test(run.text.charAt(at - 1)) && /^\d+:/.test(run.text.slice(at + 1));
      return clock ? found : asShown(found);
    }
    if (character === "@") return asShown(found);
    if (!formats(found, run.text, at, contested)) return found;
    return marks.some((mark) => run[mark] && markers[mark] === character) ? lookAlike(found) : asShown(found);
  });
}

/** Whether markers found in a text could begin or end formatting: not in `2 * 3` and `snake_case`, nor alone in a line. */
function formats(found: string, text: string, at: number, contested: ReadonlySet<string>): boolean {
  const before = text.charAt(at - 1);
  const after = text.charAt(at + found.length);
  if (!contested.has(found.charAt(0))) return false;
  if (found.startsWith("`")) return true;
  return !((/\s/.test(before) && /\s/.test(after)) || (/[a-z0-9]/i.test(before) && /[a-z0-9]/i.test(after)));
}

/**
 * Slack shows the fallback text of a date that it cannot format as it is, unformatted; what is copied from the message
 * is the plain character. Found and described by jsx-slack:
 * https://github.com/yhatt/jsx-slack/blob/main/docs/about-escape-and-exact-mode.md
 */
const asShown = (characters: string): string => `<!date^00000000^{_}|${characters}>`;

const lookAlikes: Readonly<Record<string, string>> = {
  "*": "∗",
  _: "ˍ",
  "~": "∼",
  "`": "ˋ",
  ":": "∶",
  "|": "∣",
};
/** For places where no date can stand: within a link and within the same formatting. */
const lookAlike = (text: string): string =>
  text.replaceAll(/[*_~`:|]/g, (found) => lookAlikes[found] ?? found);

/** Code in a line cannot hold a backtick in Slack. */
const codeText = (text: string): string => text.replaceAll("`", "ˋ");

/** `<url|label>`, or `<url>` where the label says the same. */
function writeLink(url: string, label: string, contested: ReadonlySet<string>): string {
  const address = url.replaceAll("&", "&amp;");
  if (label === url || label === "") return `<${address}>`;
  const shown = label.replaceAll(
    /([*_~`])\1*|\||:(?=[\p{L}\p{N}_+'-]{1,100}:)/gu,
    (found, marker: string | undefined, at: number) =>
      marker !== undefined && !formats(found, label, at, contested) ? found : lookAlike(found),
  );
  return `<${address}|${escapeEntities(shown)}>`;
}

/** Lines of code between fences; a fence within is broken up so that it does not end the code. */
export const writeFence = (code: string): string =>
  `\`\`\`\n${escapeEntities(code).replaceAll("```", `\`${edge}\`${edge}\``)}\n\`\`\``;
