import { analyze } from "../text/analyze.ts";
import type { Evidence } from "./evidence.ts";
import type { PassageParts, PassageUnit } from "./passage-units.ts";
import { chooseSection, chooseSteps, type Procedure } from "./choose-steps.ts";
import type { QuestionType } from "./question-type.ts";
import { maskOf, type ScoredUnit } from "./score-units.ts";

/** A verbatim piece of one passage, chosen for the answer. */
export interface Quote {
  readonly source: ScoredUnit;
  readonly start: number;
  readonly end: number;
  readonly terms: number;
  /** Lists, code and tables stand in lines of their own. */
  readonly layout: "inline" | "block";
  /** A list that goes on after the quote. */
  readonly cut: boolean;
  /** Names of the columns of the table rows that it starts with, where they stand before it. */
  readonly header: { readonly start: number; readonly end: number } | null;
}

/** Limits of an answer of quotes; words are counted as analysed terms. The product's own choice, made by reading answers. */
const limits = {
  proseTerms: 80,
  listTerms: 140,
  stepsTerms: 360,
  /** A list of short facts is quoted whole where one of them answers. */
  factTerms: 10,
  clauseTerms: 60,
  sectionTerms: 100,
  tableTerms: 110,
  passages: 3,
  quotes: 4,
  candidates: 40,
} as const;
/** The best unit must hold this share of the question's weight, itself and with its surroundings. */
const leastCoverage = 0.2;
const leastContextCoverage = 0.34;
/** A list without numbers holds the steps asked for where what stands above it names this share of the question. */
const ofThis = 0.5;
/** A row is asked for where the question says more than this share of its first cell. */
const namedShare = 0.6;
/** Further units must score this share of the best one's score. */
const furtherShare = 0.79;

/** A row or a step may say none of the words that what stands above it says. */
const nearlyAll = 0.7;

const holdsEnough = ({ coverage, contextCoverage }: ScoredUnit): boolean =>
  contextCoverage >= nearlyAll || (coverage >= leastCoverage && contextCoverage >= leastContextCoverage);

/** The quotes that answer, best first; none where no unit holds enough of what was asked. */
export function chooseQuotes(evidence: Evidence): readonly Quote[] {
  const { units, type } = evidence;
  const [best] = units;
  const procedures = type === "how_to" ? chooseSteps(evidence) : [];
  const row = type === "how_to" ? rowOfIdentifier(evidence, procedures) : null;
  if (row !== null) return [row];
  const steps = procedures.flatMap(quoteProcedure);
  if (steps.length > 0) return steps;
  const section = sectionTypes.has(type) ? chooseSection(evidence) : null;
  if (section !== null) return quoteProcedure(section);
  if (best === undefined || !holdsEnough(best)) return [];
  const wantsSteps = type === "how_to";
  let quotes: readonly Quote[] = [widen(best, wantsSteps)];
  if (wantsSteps && holdsSteps(quotes)) return quotes;
  for (const candidate of units.slice(1, limits.candidates)) {
    if (candidate.score < best.score * furtherShare || quotes.length === limits.quotes) break;
    if (quotes.some((quote) => covers(quote, candidate) || repeats(quote, candidate))) continue;
    const quote = widen(candidate, wantsSteps);
    const alone = quote.start === candidate.unit.start && quote.end === candidate.unit.end;
    if (candidate.unit.asks || (candidate.unit.introduces && alone)) continue;
    const kept = quotes.filter((other) => !overlap(quote, other));
    const passages = new Set([...kept, quote].map(({ source }) => source.rank)).size;
    const terms = kept.reduce((sum, other) => sum + other.terms, quote.terms);
    if (kept.length < quotes.length && kept.length === 0) continue;
    if (passages <= limits.passages && terms <= limits.proseTerms) quotes = [...kept, quote];
  }
  return withoutLoneSteps(quotes);
}

/** A code that was asked for and begins a row: the row answers, unless steps under its very name do. */
function rowOfIdentifier({ units, asked }: Evidence, procedures: readonly Procedure[]): Quote | null {
  const { identifiers } = asked;
  const named = procedures.some(({ units: [{ above }] }) => (identifiers & ~above) === 0);
  if (identifiers === 0 || named) return null;
  const row = units.find((candidate) => {
    const { unit, mask, above, hit } = candidate;
    const code = maskOf(analyze(firstCell(unit.text)), asked);
    return (
      unit.kind === "row" &&
      (identifiers & ~code) === 0 &&
      (asked.names & ~(mask | above | maskOf(analyze(hit.passage.title), asked))) === 0 &&
      holdsEnough(candidate) &&
      !unit.pointsElsewhere &&
      !/\bsee below\b|ดูด้านล่าง/i.test(unit.text)
    );
  });
  return row === undefined ? null : quoteRow(row);
}

/** One step of a list says something else beside the steps of another. */
function withoutLoneSteps(quotes: readonly Quote[]): readonly Quote[] {
  const steps = quotes.filter((quote) => holdsSteps([quote]));
  if (steps.length === 0) return quotes;
  return quotes.filter(({ source: { unit, parts }, start, end }) => {
    const ordered = unit.kind === "item" && parts.blocks[unit.block]?.ordered === true;
    return !ordered || start < unit.start || end > unit.end;
  });
}

/** Questions that a passage answers as a whole; the others ask for one word or figure of it. */
const sectionTypes: ReadonlySet<QuestionType> = new Set(["definition", "other", "why", "yes_no", "how_to"]);

function quoteProcedure({ units: [first], block }: Procedure): readonly Quote[] {
  if (block !== null && first.unit.kind === "row") return quoteTable(first);
  if (block !== null) {
    const list = quoteBlock(first, block, true);
    return list === null ? [] : [list];
  }
  const { units, sections } = first.parts;
  const end = sections[first.unit.section]?.last ?? first.index;
  let last = first.index;
  let terms = first.unit.terms.length;
  while (last < end) {
    terms += units[last + 1]?.terms.length ?? 0;
    if (terms > limits.sectionTerms) break;
    last += 1;
  }
  const next = units[last + 1];
  if (units[last]?.introduces !== true || next === undefined || last === end)
    return [quoteUnits(first, first.index, last)];
  // What follows is too long to stand here whole; nothing ends with a promise of it.
  if (last > first.index) return [quoteUnits(first, first.index, last - 1)];
  return [quoteBlock(first, next.block, true) ?? quoteUnits(first, first.index, last)];
}

/** The rows that fit, and the steps of the sections whose headings name one of them by its code. */
function quoteTable(first: ScoredUnit): readonly Quote[] {
  const { units, sections, blocks } = first.parts;
  const rows = units.flatMap(({ block }, at) => (block === first.unit.block ? [at] : []));
  const [from = first.index] = rows;
  let last = from;
  for (const at of rows) if (sizeOf(units.slice(from, at + 1)) <= limits.tableTerms) last = at;
  const table = { ...quoteUnits(first, from, last), cut: last < (rows.at(-1) ?? last) };
  const codes = new Set(
    rows.flatMap((at) =>
      analyze(firstCell(units[at]?.text ?? "")).filter((term) => /[a-z].*\d|\d{2}/.test(term)),
    ),
  );
  const lists = sections.flatMap((section, at) => {
    const list = units.findIndex(({ section, kind }) => section === at && kind === "item");
    const unit = units[list];
    const named = at !== first.unit.section && section.heading !== first.hit.passage.title;
    if (!named || unit === undefined || blocks[unit.block]?.ordered !== true) return [];
    if (!section.headingTerms.some((term) => codes.has(term))) return [];
    return quoteBlock({ ...first, unit, index: list }, unit.block, true) ?? [];
  });
  let terms = table.terms;
  return [table, ...lists.filter((list) => (terms += list.terms) <= limits.stepsTerms)];
}

const firstCell = (row: string): string => /^\W*?([^|\t]+)/.exec(row)?.[1] ?? "";

/** Steps stand alone: what else matches would only interrupt them. */
const holdsSteps = ([quote]: readonly Quote[]): boolean =>
  quote?.layout === "block" &&
  quote.source.parts.units.filter(
    ({ kind, start, end }) => kind === "item" && start >= quote.start && end <= quote.end,
  ).length > 1;

/** The unit, with what it cannot be understood without: its list, what introduces it, the sentence it refers to. */
function widen(source: ScoredUnit, wantsSteps: boolean): Quote {
  const { parts, unit, index } = source;
  const followed = followingBlock(parts, index);
  if (unit.introduces && followed !== null && (wantsSteps || parts.blocks[followed]?.kind !== "code"))
    return quoteBlock(source, followed, wantsSteps) ?? quoteUnits(source, index, index);
  switch (unit.kind) {
    case "item": {
      const size = sizeOf(parts.units.filter(({ block }) => block === unit.block));
      const ordered = parts.blocks[unit.block]?.ordered === true;
      const facts = unit.terms.length <= limits.factTerms && size <= limits.listTerms;
      // A step says little without the others.
      const short = ordered && size <= limits.proseTerms;
      const steps = wantsSteps && (ordered || source.aboveCoverage >= ofThis);
      const whole = steps || facts || short ? quoteBlock(source, unit.block, wantsSteps) : null;
      return whole ?? quoteUnits(source, index, index);
    }
    case "code":
      return quoteBlock(source, unit.block, wantsSteps) ?? quoteUnits(source, index, index);
    case "row":
      return quoteRow(source);
    case "heading":
      return quoteUnits(source, index, index);
    case "sentence": {
      // Steps that follow a sentence about them.
      if (wantsSteps && followed !== null && parts.blocks[followed]?.ordered === true) {
        const steps = quoteBlock(source, followed, true);
        if (steps !== null) return steps;
      }
      const paragraph = parts.units.flatMap(({ block }, at) => (block === unit.block ? [at] : []));
      const [from = index] = paragraph;
      const whole = quoteUnits(source, from, paragraph.at(-1) ?? index);
      if (wantsSteps && (parts.sections[unit.section]?.promise ?? 0) > 0 && whole.terms <= limits.proseTerms)
        return whole;
      return quoteSentence(source);
    }
  }
}

const refersBack =
  /^\W*(?:it|its|they|their|them|this|these|those|that|he|she|his|her|such|however|also|then|in this case)\b/i;
const thai = /[\u0e00-\u0e7f]/;

/** A sentence; with the one before where it refers back, and with its neighbours in Thai, where clauses are all that spaces show. */
function quoteSentence(source: ScoredUnit): Quote {
  const { parts, unit, index } = source;
  const sameBlock = (at: number): boolean => parts.units[at]?.block === unit.block && !parts.units[at]?.asks;
  if (!thai.test(unit.text)) {
    const from = refersBack.test(unit.text) && sameBlock(index - 1) ? index - 1 : index;
    return quoteUnits(source, from, index);
  }
  let [from, to] = [index, index];
  const room = (at: number): boolean =>
    sameBlock(at) &&
    sizeOf(parts.units.slice(Math.min(from, at), Math.max(to, at) + 1)) <= limits.clauseTerms;
  if (room(to + 1)) to += 1;
  if (room(from - 1)) from -= 1;
  return quoteUnits(source, from, to);
}

/** The block with what introduces it, whole or, where it is too long, up to the last item that fits; null if none does. */
function quoteBlock(source: ScoredUnit, block: number, wantsSteps: boolean): Quote | null {
  const { units } = source.parts;
  const [from, to] = procedureAround(source.parts, block);
  const first = units.findIndex((unit) => unit.block === from);
  const introduction =
    units[first - 1]?.introduces === true && units[first - 1]?.kind !== "heading" ? first - 1 : first;
  const limit = wantsSteps ? limits.stepsTerms : limits.listTerms;
  const belongs = (at: number): boolean => (units[at]?.block ?? Infinity) <= to;
  let last = first - 1;
  let size = introduction < first ? sizeOf(units.slice(introduction, first)) : 0;
  while (belongs(last + 1)) {
    size += units[last + 1]?.terms.length ?? 0;
    if (size > limit) break;
    last += 1;
  }
  if (last < first || source.index > last) return null;
  return { ...quoteUnits(source, introduction, last), layout: "block", cut: belongs(last + 1) };
}

/**
 * The first and last of the blocks that make one procedure with the given one: numbered lists that notes and code stand
 * between, and code that follows.
 */
function procedureAround({ blocks, text }: PassageParts, block: number): readonly [number, number] {
  const isList = (at: number): boolean => blocks[at]?.kind === "list" && blocks[at].ordered;
  const isCode = (at: number): boolean => blocks[at]?.kind === "code";
  const isNote = (at: number): boolean =>
    blocks[at]?.kind === "paragraph" &&
    /^(?:>|[ \t]{2,}\S)/.test(text.slice(blocks[at].start, blocks[at].end));
  const steps = isList(block);
  let [from, to] = [block, block];
  for (let at = block + 1; isCode(at) || (steps && (isList(at) || isNote(at))); at += 1)
    if (!isNote(at)) to = at;
  for (let at = block - 1; steps && (isList(at) || isCode(at) || isNote(at)); at -= 1)
    if (isList(at)) from = at;
  return [from, to];
}

/** A row that is asked for by its first cell, under the names of the columns; of a short table else all, to choose from. */
function quoteRow(source: ScoredUnit): Quote {
  const { parts, unit, index, asked } = source;
  const rows = parts.units.flatMap(({ block }, at) => (block === unit.block ? [at] : []));
  const [first = index] = rows;
  const last = rows.at(-1) ?? index;
  const name = analyze(firstCell(unit.text));
  const named = name.filter((term) => asked.places.has(term)).length > namedShare * name.length;
  const short = sizeOf(parts.units.slice(first, last + 1)) <= limits.tableTerms;
  return named || !short
    ? { ...quoteUnits(source, index, index), header: parts.blocks[unit.block]?.header ?? null }
    : quoteUnits(source, first, last);
}

/** The block after the unit's own, where the unit is its block's last and the block is a list, code or a table. */
function followingBlock({ blocks, units }: PassageParts, index: number): number | null {
  const unit = units[index];
  const next = units[index + 1];
  if (unit === undefined || next === undefined || next.block !== unit.block + 1) return null;
  const kind = blocks[next.block]?.kind;
  return kind === "list" || kind === "code" || kind === "table" ? next.block : null;
}

/** In collections of questions and answers, "A:" says nothing. */
const answerMark = /^\W*A(?:nswer)?\s*[:.]\W*\s/;

function quoteUnits(source: ScoredUnit, from: number, to: number): Quote {
  const units = source.parts.units.slice(from, to + 1);
  const [first] = units;
  const mark = first === undefined ? undefined : answerMark.exec(first.text)?.[0];
  return {
    source,
    start: (first?.start ?? source.unit.start) + (mark?.length ?? 0),
    end: units.at(-1)?.end ?? source.unit.end,
    terms: sizeOf(units),
    layout: units.every(({ kind }) => kind === "sentence") ? "inline" : "block",
    cut: false,
    header: null,
  };
}

const sizeOf = (units: readonly PassageUnit[]): number =>
  units.reduce((sum, { terms }) => sum + terms.length, 0);

const covers = (quote: Quote, { rank, unit }: ScoredUnit): boolean =>
  quote.source.rank === rank && quote.start <= unit.start && quote.end >= unit.end;

const overlap = (a: Quote, b: Quote): boolean =>
  a.source.rank === b.source.rank && a.start < b.end && b.start < a.end;

/** The same words from another place (documents copy each other). */
function repeats({ source }: Quote, candidate: ScoredUnit): boolean {
  const words = new Set(candidate.unit.terms);
  const others = new Set(source.unit.terms);
  const shared = [...words].filter((word) => others.has(word)).length;
  return shared >= 0.8 * Math.min(words.size, others.size);
}
