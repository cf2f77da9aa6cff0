import { analyze } from "../text/analyze.ts";
import type { Procedure } from "./choose-steps.ts";
import type { PassageParts, PassageUnit } from "./passage-units.ts";
import type { ScoredUnit } from "./score-units.ts";

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
export const limits = {
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
/** A list without numbers holds the steps asked for where what stands above it names this share of the question. */
const ofThis = 0.5;
/** A row is asked for where the question says more than this share of its first cell. */
const namedShare = 0.6;

/** A list with what introduces it, a table with the steps it points to, or the beginning of a section. */
export function quoteProcedure({ units: [first], block }: Procedure): readonly Quote[] {
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

/** A table row's first cell, as written. */
export const firstCell = (row: string): string => /^\W*?([^|\t]+)/.exec(row)?.[1] ?? "";

/** The unit, with what it cannot be understood without: its list, what introduces it, the sentence it refers to. */
export function widen(source: ScoredUnit, wantsSteps: boolean): Quote {
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
export function quoteRow(source: ScoredUnit): Quote {
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
