import { analyze } from "../text/analyze.ts";
import type { Evidence } from "./evidence.ts";
import { headingPromise } from "./heading-promise.ts";
import { askingTerms } from "./question-type.ts";
import { headingFit, maskOf, weightOf, type Asked, type ScoredUnit } from "./score-units.ts";

/** A procedure of one passage: a list with what introduces it, a table, or what stands under a heading. */
export interface Procedure {
  /** Its units, in reading order. */
  readonly units: readonly [ScoredUnit, ...ScoredUnit[]];
  /** The block of its list or table; null where it is prose. */
  readonly block: number | null;
  /** Its heading promises what to do and names nothing of it (Mitigation, Steps): what it is for stands further above. */
  readonly general: boolean;
  /** The share of the question that its headings and what introduces it hold, the title left out. */
  readonly local: number;
  readonly score: number;
}

/** What a procedure's score is made of, besides the share of the question that stands above it. Chosen by reading answers. */
const weights = {
  /** The share of the question that only its steps hold. */
  within: 0.5,
  numbered: 0.35,
  listed: 0.1,
  announced: 0.15,
  promise: 0.25,
  heading: 0.3,
  /** What stands above it and below the title. */
  local: 0.1,
  identifierMissing: -0.6,
  nameMissing: -0.35,
  elsewhere: -0.25,
  links: -0.6,
  /** Its first step is not the first. */
  continued: -0.15,
  /** Power of the hit's score relative to the best hit's. */
  retrieval: 0.4,
} as const;
/** It must hold this share of the question's weight, and this share above its steps. */
const leastCovered = 0.6;
const leastAbove = 0.34;
const leastScore = 0.85;
/** Another general part of the same passage stands beside it with this share of its score. */
const besideShare = 0.7;
const besideTerms = 120;
/** Headings of one document that hold this much more of the question decide between its sections. */
const clearlyMore = 0.15;
/** A heading with this fit asks the question itself. */
const sameQuestion = 0.9;

/** The procedures for what is asked, best first; none where no list or section is about it. */
export function chooseSteps({ asked, units }: Evidence): readonly Procedure[] {
  const all = proceduresOf(units, asked);
  const found = all.filter((each) => !losesToSibling(each, all)).sort((a, b) => b.score - a.score);
  const [best] = found;
  if (best === undefined || best.score < leastScore) return [];
  if (!best.general) return [best];
  const chosen = [best];
  for (const other of found) {
    if (chosen.length === 3) break;
    const same = other.units[0].rank === best.units[0].rank;
    const further = !chosen.some(({ units: [first] }) => first.unit.section === other.units[0].unit.section);
    const size = [...chosen, other].reduce((sum, each) => sum + sizeOf(each), 0);
    if (same && further && other.general && other.score >= besideShare * best.score && size <= besideTerms)
      chosen.push(other);
  }
  return chosen;
}

/** What stands in the title speaks for all sections alike: one that only the title names gives way to one with a heading for it. */
const losesToSibling = (procedure: Procedure, all: readonly Procedure[]): boolean =>
  !promisesItself(procedure) &&
  all.some(
    (other) =>
      other.units[0].hit.passage.documentId === procedure.units[0].hit.passage.documentId &&
      !other.general &&
      other.local >= procedure.local + clearlyMore,
  );

/** Steps, Mitigation: a heading of its own promises what to do, not only the title. */
function promisesItself({ general, units: [{ unit, parts, hit }] }: Procedure): boolean {
  const headings = unit.above.flatMap((at) => {
    const above = parts.units[at];
    return above?.kind === "heading" && above.block !== unit.block ? [above.text] : [];
  });
  return (
    general &&
    [...hit.passage.headingPath, ...headings].some(
      (heading) => !isTitle(heading, hit.passage.title) && headingPromise(heading) > 0,
    )
  );
}

const sizeOf = ({ units }: Procedure): number => units.reduce((sum, { unit }) => sum + unit.terms.length, 0);

/** The section whose heading is the question, or all but: what stands in it answers, whatever its words. */
export function chooseSection({ asked, units }: Evidence): Procedure | null {
  let best: Procedure | null = null;
  for (const procedure of proceduresOf(units, asked)) {
    const { unit, parts, hit } = procedure.units[0];
    // A table says what to do or what there is, not why.
    if (unit.kind === "row" && asked.type !== "other" && asked.type !== "how_to") continue;
    const section = parts.sections[unit.section];
    if (
      section === undefined ||
      section.heading === hit.passage.title ||
      (unit.section === 0 && procedure.units[0].index > 0)
    )
      continue;
    const fit = Math.max(headingFit(section.headingTerms, asked), placeFit(procedure.units[0], asked));
    if (fit < sameQuestion) continue;
    // The names of a table's columns stand before its first row.
    if (parts.units.findIndex(({ block }) => block === unit.block) !== section.first) continue;
    if (best === null || procedure.score > best.score) best = procedure;
  }
  return best;
}

/** Every list, and every section's prose, with how far it is about what was asked. */
function proceduresOf(units: readonly ScoredUnit[], asked: Asked): readonly Procedure[] {
  const groups = new Map<string, [ScoredUnit, ...ScoredUnit[]]>();
  for (const scored of units) {
    const { rank, parts, unit } = scored;
    const block = parts.blocks[unit.block];
    if (block === undefined || block.kind === "code" || unit.asks) continue;
    const key = `${String(rank)}.${String(unit.section)}.${block.kind === "paragraph" ? "" : String(unit.block)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [scored]);
    else group.push(scored);
  }
  return [...groups.values()].flatMap((group) => {
    group.sort((a, b) => a.index - b.index);
    return procedureOf(group, asked) ?? [];
  });
}

/** Title and headings together say all that was asked, and the nearest heading nothing else: "Impact" of what is asked about. */
function placeFit({ parts, unit, above, hit }: ScoredUnit, asked: Asked): number {
  const section = parts.sections[unit.section];
  if (section === undefined || section.heading === hit.passage.title) return 0;
  return isPrecise(section.headingTerms, asked) && weightOf(above, asked.terms) >= sameQuestion
    ? sameQuestion
    : 0;
}

/** A heading that says nothing but what was asked. */
function isPrecise(headingTerms: readonly string[], asked: Asked): boolean {
  const own = headingTerms.filter((term) => !askingTerms.has(term));
  return own.length > 0 && own.every((term) => asked.places.has(term));
}

function procedureOf(units: readonly [ScoredUnit, ...ScoredUnit[]], asked: Asked): Procedure | null {
  const [first] = units;
  const { parts, unit } = first;
  const section = parts.sections[unit.section];
  const block = parts.blocks[unit.block];
  if (section === undefined || block === undefined) return null;
  const list = block.kind === "list";
  const table = block.kind === "table";
  const leadIn = parts.units[first.index - 1];
  if (
    list &&
    (block.parts.length < 2 || first.unit.example || /\bexamples?\b|ตัวอย่าง/i.test(leadIn?.text ?? ""))
  )
    return null;
  // Prose is a procedure only where its heading says so.
  const fit = Math.max(headingFit(section.headingTerms, asked), placeFit(first, asked));
  if (!list && !table && section.promise <= 0 && fit === 0) return null;
  if (table && fit === 0 && !isPrecise(section.headingTerms, asked)) return null;
  const above = units.reduce((mask, scored) => mask | scored.above, 0);
  const within = units.reduce((mask, scored) => mask | scored.mask, 0);
  const named = weightOf(above, asked.terms);
  const covered = weightOf(above | within, asked.terms);
  if (covered < leastCovered || named < leastAbove) return null;
  let score = named + weights.within * (covered - named);
  if (list) score += block.ordered ? weights.numbered : weights.listed;
  if (list && leadIn?.introduces === true) score += weights.announced;
  const local = weightOf(localMask(first, asked), asked.terms);
  score += weights.local * local;
  score += weights.promise * section.promise + weights.heading * fit;
  if ((asked.identifiers & ~(above | within)) !== 0) score += weights.identifierMissing;
  if ((asked.names & ~(above | within)) !== 0) score += weights.nameMissing;
  const pointing = units.filter((scored) => scored.unit.pointsElsewhere).length;
  if (list && pointing > units.length / 2) score += weights.links;
  else if (pointing === units.length) score += weights.elsewhere;
  if (list && block.ordered && /^\s*(?:[2-9]|\d\d|[b-z])[.)]/.test(first.unit.text))
    score += weights.continued;
  return {
    units,
    block: list || table ? unit.block : null,
    general: section.promise > 0 && fit === 0,
    local,
    score: score * first.relative ** weights.retrieval,
  };
}

/** What of the question stands in the headings and the introduction above a unit, the title left out. */
function localMask({ parts, unit, hit }: ScoredUnit, asked: Asked): number {
  const { title, headingPath } = hit.passage;
  const outer = headingPath.filter((heading) => heading !== title).flatMap((heading) => analyze(heading));
  const inner = unit.above.flatMap((at) => {
    const above = parts.units[at];
    return above === undefined || (above.kind === "heading" && isTitle(above.text, title)) ? [] : above.terms;
  });
  return maskOf([...outer, ...inner], asked);
}

const isTitle = (heading: string, title: string): boolean => heading.replace(/^[\s#]+/, "").trim() === title;
