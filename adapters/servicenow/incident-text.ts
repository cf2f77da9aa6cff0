import type { TicketDraft } from "../../core/escalation/ticket-system.ts";
import { shorten } from "../../core/text/cut-text.ts";
import { plainText, withoutCode } from "./plain-text.ts";
import { incidentWords } from "./words.ts";

/** Lengths of `short_description` and `description` in an instance that nobody changed: more is cut there in silence. */
const summaryLimit = 160;
const textLimit = 4_000;

/** A configuration item as its record shows it. */
export interface ShownItem {
  readonly name: string;
  /** Null where it was not found. */
  readonly found: { readonly owner: string; readonly status: string; readonly url: string } | null;
}

export const incidentSummary = ({ summary }: TicketDraft): string =>
  shorten(withoutCode(summary.replaceAll(/\s+/g, " ").trim()), summaryLimit);

/** How much of a draft is written. */
interface Extent {
  /** Newest lines of the transcript. */
  readonly lines: number;
  /** Of each text, in characters. */
  readonly textLength: number;
  /** Citations and links. */
  readonly entries: number;
}

/** From whole texts to a sentence; when even the newest line alone is too long, the next one. */
const textLengths = [Infinity, 2_000, 1_000, 500, 250, 120, 60] as const;
const least: Extent = { lines: 1, textLength: 60, entries: 2 };

/** Of a text no more can be shown, and of a transcript no more lines; the rest is not even read. */
const markdownLimit = 2 * textLimit;
const lineLimit = 60;

/** A description within ServiceNow's limit: whole where it fits, else with shorter texts and fewer old lines. */
export function incidentText(draft: TicketDraft, item: ShownItem | null): string {
  const count = Math.min(draft.transcript.length, lineLimit);
  const read = new Map<string, string>();
  const plain: ToPlain = (markdown) => {
    const known = read.get(markdown) ?? plainText(markdown.slice(0, markdownLimit));
    read.set(markdown, known);
    return known;
  };
  for (const textLength of textLengths) {
    for (let lines = count; lines * 2 >= count; lines -= Math.max(1, Math.ceil(lines / 4))) {
      const text = write(draft, item, plain, { lines, textLength, entries: Infinity });
      if (text.length <= textLimit) return text;
      if (lines <= 1) break;
    }
  }
  return shorten(write(draft, item, plain, least), textLimit);
}

type ToPlain = (markdown: string) => string;

function write(
  draft: TicketDraft,
  item: ShownItem | null,
  toPlain: ToPlain,
  { lines, textLength, entries }: Extent,
): string {
  const words = incidentWords[draft.language];
  let isCut = lines < draft.transcript.length;
  const text = (markdown: string): string => {
    const plain = toPlain(markdown);
    isCut ||= plain.length > textLength || markdown.length > markdownLimit;
    return shorten(plain, textLength);
  };
  const line = (plain: string): string => shorten(withoutCode(plain.replaceAll(/\s+/g, " ")), 200);
  const some = <T>(all: readonly T[]): readonly T[] => {
    isCut ||= all.length > entries;
    return all.slice(0, entries);
  };
  const section = (title: string, ...parts: readonly string[]): string =>
    parts.length === 0 ? "" : `${title}\n${"=".repeat(title.length)}\n${parts.join("\n")}`;
  const parts = [
    [
      line(draft.why),
      `${words.askedBy}: ${line(draft.askedBy)}`,
      ...(draft.department === null ? [] : [`${words.department}: ${line(draft.department)}`]),
      ...(item ? [`${words.item}: ${itemText(item, words)}`] : []),
    ].join("\n"),
    section(words.links, ...some(draft.links).map(({ label, url }) => `${line(label)}: ${url}`)),
    section(
      draft.sent === true ? words.sent : words.draft,
      draft.draft === null ? words.noDraft : text(draft.draft),
      ...(draft.withheld ? ["", words.withheld] : []),
    ),
    section(
      words.citations,
      ...some(draft.citations).map(({ title, quote, url }, index) =>
        [`[${String(index + 1)}] ${line(title)}`, `“${text(quote)}”`, ...(url === null ? [] : [url])].join(
          "\n",
        ),
      ),
    ),
    section(
      words.transcript,
      ...draft.transcript
        .slice(-lines)
        .map(({ who, at, text: said }) => `${moment(at)} ${line(who)}:\n${text(said)}\n`),
    ),
  ];
  return [...parts, isCut ? words.leftOut : ""].filter((part) => part !== "").join("\n\n");
}

const itemText = (
  { name, found }: ShownItem,
  words: (typeof incidentWords)[TicketDraft["language"]],
): string => {
  if (!found) return `${name} (${words.unknownItem})`;
  const { owner, status, url } = found;
  const facts = [
    ...(owner === "" ? [] : [`${words.owner}: ${owner}`]),
    ...(status === "" ? [] : [`${words.status}: ${status}`]),
  ];
  return `${name}${facts.length === 0 ? "" : ` (${facts.join(", ")})`} ${url}`;
};

const moment = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
