import { analyze } from "../text/analyze.ts";
import type { Evidence } from "./evidence.ts";
import { chooseSection, chooseSteps, type Procedure } from "./choose-steps.ts";
import { firstCell, limits, quoteProcedure, quoteRow, widen, type Quote } from "./quote-passage.ts";
import type { QuestionType } from "./question-type.ts";
import { maskOf, type ScoredUnit } from "./score-units.ts";

/** The best unit must hold this share of the question's weight, itself and with its surroundings. */
const leastCoverage = 0.2;
const leastContextCoverage = 0.34;
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

/** Steps stand alone: what else matches would only interrupt them. */
const holdsSteps = ([quote]: readonly Quote[]): boolean =>
  quote?.layout === "block" &&
  quote.source.parts.units.filter(
    ({ kind, start, end }) => kind === "item" && start >= quote.start && end <= quote.end,
  ).length > 1;

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
