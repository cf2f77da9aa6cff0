import type { TicketDraft, TranscriptLine } from "../../../core/escalation/ticket-system.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { type Block, markdownBlocks, paragraph, plainRun, unformatted } from "./blocks.ts";
import { type TicketWords, ticketWords } from "./words.ts";

/** How much of a ticket is told. */
export interface Extent {
  /** The newest lines of the transcript. */
  readonly lines: number;
  /** Characters of each text. */
  readonly textLength: number;
  /** Citations, and links. */
  readonly entries: number;
  /** Without it words alone are left, and addresses: a document takes many times as long for each change of style. */
  readonly formatted: boolean;
}

/** A ticket's description; what the extent leaves out is named where it is missing. */
export function ticketBlocks(
  whole: TicketDraft,
  { lines, textLength, entries, formatted }: Extent,
): readonly Block[] {
  const draft = {
    ...whole,
    citations: whole.citations.slice(0, entries),
    links: whole.links.slice(0, entries),
  };
  const words = ticketWords[draft.language];
  const cut = (text: string): string => shorten(text, textLength);
  const written = (text: string): readonly Block[] =>
    formatted ? markdownBlocks(cut(text)) : markdownBlocks(cut(text)).map(unformatted);
  const shown = draft.transcript.slice(Math.max(0, draft.transcript.length - lines));
  const leftOut = draft.transcript.length - shown.length;
  const isShortened =
    whole.citations.length + whole.links.length > draft.citations.length + draft.links.length ||
    [draft.draft ?? "", ...draft.citations.map(({ quote }) => quote), ...shown.map(({ text }) => text)].some(
      (text) => text.length > textLength,
    );
  return [
    paragraph(plainRun(oneLine(draft.why, 1_000))),
    facts(draft, words),
    ...linksOf(draft, words),
    heading(draft.sent === true ? words.sent : words.draft),
    ...(draft.draft === null ? [paragraph(plainRun(words.noDraft))] : written(draft.draft)),
    ...citationsOf(draft, words, cut),
    ...(draft.withheld ? [paragraph(plainRun(words.withheld, { italic: true }))] : []),
    heading(words.transcript),
    ...(leftOut > 0 ? [paragraph(plainRun(words.earlierLeftOut(leftOut), { italic: true }))] : []),
    ...shown.flatMap((line) => lineBlocks(line, written)),
    ...(isShortened ? [paragraph(plainRun(words.shortened, { italic: true }))] : []),
  ];
}

const heading = (text: string): Block => ({ kind: "heading", level: 3, runs: [plainRun(text)] });

function facts(draft: TicketDraft, words: TicketWords): Block {
  const told = [
    [words.askedBy, draft.askedBy],
    ...(draft.department === null ? [] : [[words.department, draft.department]]),
    [words.severity, words.severities[draft.severity]],
  ];
  return {
    kind: "list",
    start: null,
    items: told.map(([name = "", value = ""]) => [
      paragraph(plainRun(`${name}: `, { bold: true }), plainRun(oneLine(value))),
    ]),
  };
}

function linksOf({ links }: TicketDraft, words: TicketWords): readonly Block[] {
  if (links.length === 0) return [];
  const items = links.map(({ label, url }) => [linked(label, url)]);
  return [heading(words.links), { kind: "list", start: null, items }];
}

const linked = (label: string, url: string | null): Block =>
  paragraph(plainRun(oneLine(label), { url: url === null ? null : linkAddress(url) }));

function citationsOf(
  { citations }: TicketDraft,
  words: TicketWords,
  cut: (text: string) => string,
): readonly Block[] {
  if (citations.length === 0) return [];
  const items = citations.map(({ title, quote, url }): readonly Block[] => [
    linked(title, url),
    // A quote is the document's text, not Markdown.
    ...(quote.trim() === "" ? [] : [paragraph(plainRun(`“${oneLine(cut(quote), Infinity)}”`))]),
  ]);
  return [heading(words.citations), { kind: "list", start: 1, items }];
}

const lineBlocks = (line: TranscriptLine, written: (text: string) => readonly Block[]): readonly Block[] => [
  paragraph(plainRun(oneLine(line.who), { bold: true }), plainRun(` · ${moment(line.at)}`)),
  { kind: "quote", blocks: written(line.text) },
];

/** Names and titles; longer ones are none. */
const longestName = 200;
const oneLine = (text: string, longest = longestName): string =>
  shorten(text.replaceAll(/\s+/g, " ").trim(), longest);

/** `2026-11-20 08:00 UTC`: readers of a ticket may sit anywhere. */
const moment = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
