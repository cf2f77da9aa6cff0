import { answerability } from "./answerability.ts";
import { answerThreshold } from "./confidence-model.ts";
import type { Citation } from "./reply.ts";
import { extractive, type Answerer, type Draft, type DraftInput } from "./draft.ts";
import { findEvidence, type Evidence, type ScoredUnit } from "./evidence.ts";
import type { PassageBlock } from "./passage-blocks.ts";
import { safeMarkdown } from "./safe-markdown.ts";

/** Limits of an answer of quotes; words are counted as analysed terms. The product's own choice. */
const limits = { proseTerms: 90, blockTerms: 140, passages: 3, units: 6 } as const;
/** The best sentence must hold this share of the question's weight, itself and with its surroundings. */
const leastCoverage = 0.2;
const leastContextCoverage = 0.34;
/** Further sentences must score this share of the best one's score. */
const furtherShare = 0.8;

/** A verbatim piece of one passage, chosen for the answer. */
interface Quote {
  readonly source: ScoredUnit;
  readonly start: number;
  readonly end: number;
  readonly terms: number;
  /** Lists, code and tables stand in lines of their own. */
  readonly layout: "inline" | "block";
}

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
  if (answerability(standaloneQuestion, result) < answerThreshold) return nothing;
  const evidence = findEvidence(standaloneQuestion, result);
  const quotes = chooseQuotes(evidence);
  if (quotes.length === 0) return nothing;
  const citations: Citation[] = [];
  const paragraphs = bySource(quotes).map((group, index) => {
    const [first] = group;
    if (first === undefined) return "";
    citations.push(citationOf(index + 1, group));
    return render(group, index + 1);
  });
  return { ...nothing, text: paragraphs.join("\n\n"), citations };
}

function chooseQuotes({ units, type }: Evidence): readonly Quote[] {
  const [best] = units;
  if (best === undefined || best.coverage < leastCoverage || best.contextCoverage < leastContextCoverage)
    return [];
  const quotes: Quote[] = [];
  const passages = new Set<number>();
  let room: number = limits.proseTerms;
  for (const candidate of units.slice(0, 40)) {
    const first = quotes.length === 0;
    if (!first && (candidate.score < best.score * furtherShare || candidate.unit.asks)) continue;
    if (quotes.some((quote) => covers(quote, candidate)) || repeats(candidate, quotes)) continue;
    if (!passages.has(candidate.rank) && passages.size === limits.passages) continue;
    const quote = quoteOf(candidate, type === "how_to");
    if (!first && quote.terms > room) continue;
    // The widened quote replaces what it swallows.
    for (let at = quotes.length - 1; at >= 0; at--) {
      const other = quotes[at];
      if (
        other !== undefined &&
        other.source.rank === quote.source.rank &&
        other.start < quote.end &&
        quote.start < other.end
      )
        quotes.splice(at, 1);
    }
    quotes.push(quote);
    passages.add(candidate.rank);
    room -= quote.terms;
    if (room <= 8 || quotes.length === limits.units) break;
    if (quote.layout === "block" && type === "how_to") break;
  }
  return quotes;
}

/** The unit, widened to what it cannot be understood without: its list, its lead-in, the sentence it refers to. */
function quoteOf(source: ScoredUnit, wantsSteps: boolean): Quote {
  const { parts, unit, index } = source;
  const block = parts.blocks[unit.block];
  const { blocks } = parts;
  const whole = (from: number, to: number): Quote => {
    const terms = parts.units
      .filter(({ start, end }) => start >= from && end <= to)
      .reduce((n, { terms: t }) => n + t.length, 0);
    return { source, start: from, end: to, terms, layout: "block" };
  };
  const leadIn = (at: number): number => {
    const before = parts.units.findLast(({ block: of, kind }) => of === at - 1 && kind === "sentence");
    return before !== undefined && /:[*_\s]*$/.test(before.text) ? before.start : (blocks[at]?.start ?? 0);
  };
  if (block === undefined) return plain(source);
  if (block.kind === "list" || block.kind === "code") {
    const list = whole(leadIn(unit.block), procedureEnd(blocks, unit.block));
    if (
      list.terms <= limits.blockTerms ||
      (wantsSteps && block.ordered && list.terms <= 3 * limits.blockTerms)
    )
      return list;
    return { ...plain(source), layout: "block" };
  }
  const next = blocks[unit.block + 1];
  const lastOfBlock = parts.units[index + 1]?.block !== unit.block;
  if (
    lastOfBlock &&
    /:[*_\s]*$/.test(unit.text) &&
    (next?.kind === "list" || next?.kind === "code" || next?.kind === "table")
  ) {
    const list = whole(unit.start, procedureEnd(blocks, unit.block + 1));
    if (list.terms <= limits.blockTerms || (wantsSteps && list.terms <= 3 * limits.blockTerms)) return list;
    // A list too long to quote whole: its beginning.
    const items = parts.units.filter(({ block: of }) => of === unit.block + 1).slice(0, 6);
    const last = items.at(-1);
    if (last !== undefined) return whole(unit.start, last.end);
  }
  if (wantsSteps) {
    // The steps that follow a sentence about them.
    if (lastOfBlock && next?.kind === "list" && next.ordered) {
      const steps = whole(unit.start, procedureEnd(blocks, unit.block + 1));
      if (steps.terms <= 3 * limits.blockTerms) return steps;
    }
  }
  if (block.kind === "table") return { ...plain(source), layout: "block" };
  const before = parts.units[index - 1];
  const refersBack =
    /^\W*(?:it|its|they|their|them|this|these|those|that|he|she|his|her|such|however|also|then|in this case)\b/i;
  if (before?.block === unit.block && !before.asks && refersBack.test(unit.text)) {
    return {
      source,
      start: before.start,
      end: unit.end,
      terms: before.terms.length + unit.terms.length,
      layout: "inline",
    };
  }
  return plain(source);
}

const plain = (source: ScoredUnit): Quote => ({
  source,
  start: source.unit.start,
  end: source.unit.end,
  terms: source.unit.terms.length,
  layout: source.unit.kind === "sentence" ? "inline" : "block",
});

/** The end of a list or code with the code that follows it directly. */
function procedureEnd(blocks: readonly PassageBlock[], at: number): number {
  let end = blocks[at]?.end ?? 0;
  for (
    let next = at + 1;
    blocks[next]?.kind === "code" ||
    (blocks[next]?.kind === "list" && blocks[next]?.ordered === true && blocks[at]?.ordered === true);
    next++
  )
    end = blocks[next]?.end ?? end;
  return end;
}

const covers = (quote: Quote, { rank, unit }: ScoredUnit): boolean =>
  quote.source.rank === rank && quote.start <= unit.start && quote.end >= unit.end;

/** The same words from another place (documents copy each other). */
function repeats(candidate: ScoredUnit, quotes: readonly Quote[]): boolean {
  const words = new Set(candidate.unit.terms);
  return quotes.some(({ source }) => {
    const others = new Set(source.unit.terms);
    const shared = [...words].filter((word) => others.has(word)).length;
    return shared >= 0.8 * Math.min(words.size, others.size);
  });
}

/** Quotes of one passage together, in reading order; passages in the order of their best quote. */
function bySource(quotes: readonly Quote[]): readonly (readonly Quote[])[] {
  const groups = new Map<number, Quote[]>();
  for (const quote of quotes)
    groups.set(quote.source.rank, [...(groups.get(quote.source.rank) ?? []), quote]);
  return [...groups.values()].map((group) => group.toSorted((a, b) => a.start - b.start));
}

function render(group: readonly Quote[], number: number): string {
  const mark = `[${String(number)}]`;
  let text = "";
  let previous: Quote | null = null;
  for (const quote of group) {
    const raw = quote.source.parts.text;
    const words = safeMarkdown(raw.slice(quote.start, quote.end));
    if (previous === null) text = words;
    else {
      const gap = raw.slice(previous.end, quote.start);
      const apart = quote.layout === "block" || previous.layout === "block" || /\n\s*\n/.test(gap);
      text += `${apart ? "\n\n" : gap.trim() === "" ? " " : " … "}${words}`;
    }
    previous = quote;
  }
  // After code or a table the mark needs a line of its own, or it would become part of it.
  return /(?:```|~~~|\|)$/.test(text) ? `${text}\n\n${mark}` : `${text} ${mark}`;
}

function citationOf(number: number, group: readonly Quote[]): Citation {
  const best = group.reduce((a, b) => (b.source.score > a.source.score ? b : a));
  const { passage } = best.source.hit;
  return {
    number,
    passageId: passage.id,
    documentId: passage.documentId,
    title: passage.title,
    headingPath: passage.headingPath,
    page: passage.page,
    quote: passage.text.slice(best.start, best.end),
  };
}
