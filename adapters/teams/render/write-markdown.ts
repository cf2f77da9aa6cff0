import { plainStyle, type Run } from "../../../core/markdown/inline-runs.ts";

/**
 * Where Markdown is read: of a message Teams makes HTML, so that what HTML means is written as references; a card's text
 * block knows no HTML, and shows references on some phones as they are.
 */
export type Reader = "message" | "card";

/** A space as thin as there is one: it lets formatting begin and end between punctuation and a letter, as in Thai. */
const edge = "\u200a";
const word = /[^\s\p{P}\p{S}]/u;
const punctuation = /[\p{P}\p{S}]/u;

/** Runs as Teams' Markdown that shows each character as it is; only runs with `url` are links. `\n` ends a line. */
export const writeRuns = (runs: readonly Run[], reader: Reader = "message"): string =>
  linesOf(runs)
    .map((line) => atLineStart(writeLine(line, reader).trimEnd()))
    .join("  \n");

/** Text that is no Markdown, such as a name, as Markdown that shows it as it is; a link where it has an address. */
export const writePlain = (text: string, url: string | null = null, reader: Reader = "message"): string =>
  writeRuns([{ ...plainStyle, text, url }], reader);

function linesOf(runs: readonly Run[]): readonly (readonly Run[])[] {
  const lines: Run[][] = [[]];
  for (const run of runs)
    for (const [index, text] of run.text.split("\n").entries()) {
      if (index > 0) lines.push([]);
      const line = lines.at(-1) ?? [];
      // At the beginning of a line, four spaces would make code.
      const shown = line.length === 0 && !run.code ? text.trimStart() : text;
      if (shown !== "") line.push({ ...run, text: shown });
    }
  return lines;
}

/** What would begin a heading, a list, a rule, a table or code. */
const atLineStart = (line: string): string =>
  line
    .replace(/^(#{1,6})(?=\s|$)/, "\\$1")
    .replace(/^([-+*])(?=\s|$)/, "\\$1")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^(?=[\s|:=-]+$)([\s|:]*)([=-])/, "$1\\$2");

const marks = ["bold", "italic", "strike"] as const;
type Mark = (typeof marks)[number];

function writeLine(line: readonly Run[], reader: Reader): string {
  let out = "";
  let opened = -1;
  const open = (mark: Mark, inner: string): void => {
    // Right behind another marker that begins something, nothing may stand between.
    const before = out.length === opened ? "" : lastOf(out);
    // An underscore is no mark within a word.
    const blocked = word.test(before) && (mark === "italic" || punctuation.test(firstOf(inner)));
    if (blocked || /[*_~]/.test(before)) out += edge;
  };
  const write = (runs: readonly Run[], after: string, [mark, ...rest]: readonly Mark[]): void => {
    if (mark === undefined) {
      for (const run of runs) {
        if (run.code && out.endsWith("`")) out += edge;
        const text = writeLeaf(run, reader, lastOf(out));
        out += /\[\d{1,3}\]$/.test(out) && /^[(:]/.test(text) ? `\\${text}` : text;
      }
      return;
    }
    for (const [index, group] of groupsOf(runs, mark).entries()) {
      const following = groupsOf(runs, mark)[index + 1]?.[0]?.text ?? after;
      if (group[0]?.[mark] !== true) {
        write(group, following, rest);
        continue;
      }
      const { before, inner, behind } = trimmed(group);
      out += before;
      if (inner.length > 0) {
        const next = firstOf(behind + following);
        const marker = markers[mark];
        open(
          mark,
          writeLine(
            inner.map((run) => ({ ...run, [mark]: false })),
            reader,
          ),
        );
        out += marker;
        opened = out.length;
        write(inner, marker, rest);
        const blocked = word.test(next) && (mark === "italic" || punctuation.test(lastOf(out)));
        out += blocked ? marker + edge : marker;
      }
      out += behind;
    }
  };
  write(line.map(plainCode), "", marks);
  return out;
}

/** Formatted code is code alone: a marker beside a backtick is read differently from place to place. */
const plainCode = (run: Run): Run =>
  run.code && run.url === null ? { ...plainStyle, code: true, text: run.text } : run;

const markers = { bold: "**", italic: "_", strike: "~~" } as const satisfies Record<Mark, string>;

const firstOf = (text: string): string => String.fromCodePoint(text.codePointAt(0) ?? 32).trim();
const lastOf = (text: string): string => [...text.slice(-2)].at(-1)?.trim() ?? "";

function groupsOf(runs: readonly Run[], mark: Mark): readonly (readonly Run[])[] {
  const found: Run[][] = [];
  for (const run of runs) {
    const last = found.at(-1);
    if (last?.[0]?.[mark] === run[mark]) last.push(run);
    else found.push([run]);
  }
  return found;
}

/** A marker must touch a word, so that spaces at the ends stay outside. */
function trimmed(runs: readonly Run[]): {
  readonly before: string;
  readonly inner: readonly Run[];
  readonly behind: string;
} {
  const inner = [...runs];
  let [before, behind] = ["", ""];
  for (let first = inner[0]; first && !first.code && /^\s/.test(first.text); first = inner[0]) {
    const text = first.text.trimStart();
    before += first.text.slice(0, first.text.length - text.length);
    if (text === "") inner.shift();
    else inner[0] = { ...first, text };
  }
  for (let last = inner.at(-1); last && !last.code && /\s$/.test(last.text); last = inner.at(-1)) {
    const text = last.text.trimEnd();
    behind = last.text.slice(text.length) + behind;
    if (text === "") inner.pop();
    else inner[inner.length - 1] = { ...last, text };
  }
  return { before, inner, behind };
}

function writeLeaf(run: Run, reader: Reader, before: string): string {
  if (run.url !== null) return writeLink(run.url, run.text, reader);
  return run.code ? writeCode(run.text) : escapeText(run.text, reader, before);
}

/** `[1]`, which Teams makes a citation of, stays as it is. */
const special = /\\(?=[!-/:-@[-`{-~]|$)|`|\*|_|~|\[(?!\d{1,3}\])|(?<=\[\d{1,3}\])[(:]|[<>]|&(?=#?\w+;)|&/g;

function escapeText(text: string, reader: Reader, before: string): string {
  return text.replaceAll(special, (found, at: number) => {
    const previous = at === 0 ? before : text.charAt(at - 1);
    const next = text.charAt(at + 1);
    switch (found) {
      case "<":
        if (reader === "message") return "&lt;";
        return /^<(?:[a-z][\w+.-]*:|[^\s<>@]+@)/i.test(text.slice(at)) ? "\\<" : "<";
      case ">":
        if (reader === "message") return "&gt;";
        return at === 0 ? "\\>" : ">";
      case "&":
        return reader === "message" || /^&#?\w+;/.test(text.slice(at)) ? "&amp;" : "&";
      case "*":
      case "~":
        // Between spaces, as in `2 * 3`, it formats nothing.
        return previous.trim() === "" && previous !== "" && /^\s$/.test(next) ? found : `\\${found}`;
      case "_":
        return word.test(previous) && word.test(next) ? found : `\\${found}`;
      default:
        return `\\${found}`;
    }
  });
}

/** Code in a line between as many backticks as it needs. */
function writeCode(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  const padding = /^`|`$|^ .*\S.* $/.test(text) ? " " : "";
  return fence + padding + text + padding + fence;
}

function writeLink(url: string, label: string, reader: Reader): string {
  const address = url.replaceAll("(", "%28").replaceAll(")", "%29");
  const shown = escapeText(label.trim() || url, reader, "").replaceAll(/(?<!\\)\[/g, "\\[");
  return `[${shown.replaceAll("]", "\\]")}](${address})`;
}

/** Lines of code between fences, which are longer than any within. */
export function writeFence(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}
