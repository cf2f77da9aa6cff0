import { answerThreshold } from "./confidence-model.ts";
import { labelOf } from "./citation-label.ts";
import type { Citation } from "./citation.ts";
import { extractive, type Answerer, type Draft, type DraftInput } from "./draft.ts";
import { findEvidence } from "./evidence.ts";
import { chooseQuotes } from "./choose-quotes.ts";
import type { Quote } from "./quote-passage.ts";
import { quotedAnswerability } from "./quoted-answerability.ts";
import { safeMarkdown } from "./safe-markdown.ts";

const nothing: Draft = { text: "", citations: [], answeredBy: extractive, complete: true };

/**
 * Answers without a model: quotes the sentences, list or steps of the best passages that answer the question, each
 * verbatim and cited. The draft is empty where no sentence holds enough of what was asked.
 */
export const answerExtractively: Answerer = (input, onText) => {
  const draft = draftExtractively(input);
  // A paragraph at a time: a channel shows something at once, and no mark is torn.
  draft.text.split(/(?<=\n\n)/).forEach((piece) => {
    if (piece !== "") onText(piece);
  });
  return Promise.resolve(draft);
};

export function draftExtractively({
  standaloneQuestion,
  result,
}: Pick<DraftInput, "standaloneQuestion" | "result">): Draft {
  if (quotedAnswerability(standaloneQuestion, result) < answerThreshold) return nothing;
  const evidence = findEvidence(standaloneQuestion, result);
  const quotes = chooseQuotes(evidence);
  if (quotes.length === 0) return nothing;
  const citations: Citation[] = [];
  const paragraphs = bySource(quotes).map((group, index) => {
    citations.push(citationOf(index + 1, group));
    return render(group, index + 1);
  });
  return { ...nothing, text: paragraphs.join("\n\n"), citations };
}

/** Quotes of one passage together, in reading order; passages in the order of their best quote. */
function bySource(quotes: readonly Quote[]): readonly (readonly [Quote, ...Quote[]])[] {
  const groups = new Map<number, [Quote, ...Quote[]]>();
  for (const quote of quotes)
    groups.set(quote.source.rank, [quote, ...(groups.get(quote.source.rank) ?? [])]);
  for (const group of groups.values()) group.sort((a, b) => a.start - b.start);
  return [...groups.values()];
}

function render(group: readonly Quote[], number: number): string {
  const mark = `[${String(number)}]`;
  let text = "";
  let previous: Quote | null = null;
  for (const quote of group) {
    const raw = quote.source.parts.text;
    const { header } = quote;
    const sameTable = header !== null && previous?.header?.start === header.start;
    const columns =
      header === null || sameTable ? "" : `${safeMarkdown(raw.slice(header.start, header.end))}\n`;
    const words = `${columns}${safeMarkdown(raw.slice(quote.start, quote.end))}${quote.cut ? "\n\n…" : ""}`;
    if (previous === null) text = words;
    else {
      const gap = raw.slice(previous.end, quote.start);
      const apart = quote.layout === "block" || previous.layout === "block" || /\n\s*\n/.test(gap);
      const heading = apart ? headingBetween(previous, quote) : "";
      text += `${sameTable ? "\n" : apart ? "\n\n" : gap.trim() === "" ? " " : " … "}${heading}${words}`;
    }
    previous = quote;
  }
  // After code or a table the mark needs a line of its own, or it would become part of it.
  return /(?:```|~~~|\|)$/.test(text) ? `${text}\n\n${mark}` : `${text} ${mark}`;
}

/** The heading of a list, code or table of another section than what stands before it, in bold. */
function headingBetween(previous: Quote, { source, layout }: Quote): string {
  const { parts, unit, hit } = source;
  const other = previous.source.unit.section !== unit.section;
  const heading =
    parts.sections[unit.section]?.heading
      .replace(/^[\s#]+/, "")
      .replaceAll("*", "")
      .trim() ?? "";
  const joined = layout === "block" || previous.layout === "block";
  return other && joined && heading !== "" && heading !== hit.passage.title
    ? `**${safeMarkdown(heading)}**\n\n`
    : "";
}

function citationOf(number: number, group: readonly [Quote, ...Quote[]]): Citation {
  const { passage } = group[0].source.hit;
  return {
    number,
    passageId: passage.id,
    documentId: passage.documentId,
    title: passage.title,
    headingPath: passage.headingPath,
    page: passage.page,
    quote: spansOf(group)
      .map(({ start, end }) => passage.text.slice(start, end))
      .join(" … "),
    ...labelOf(passage),
  };
}

/** Where the quotes stand, column names included; those that touch are one. */
function spansOf(
  group: readonly [Quote, ...Quote[]],
): readonly { readonly start: number; readonly end: number }[] {
  const { text } = group[0].source.parts;
  const spans: { start: number; end: number }[] = [];
  for (const { header, start, end } of group) {
    for (const span of header === null ? [{ start, end }] : [header, { start, end }]) {
      const last = spans.at(-1);
      if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end);
      else if (last !== undefined && text.slice(last.end, span.start).trim() === "") last.end = span.end;
      else spans.push({ ...span });
    }
  }
  return spans;
}
