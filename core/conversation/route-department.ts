import type { DepartmentId } from "../ids.ts";
import type { SearchResult } from "../knowledge/knowledge-index.ts";
import { analyze } from "../text/analyze.ts";
import { answerability } from "../answering/answerability.ts";
import { weighTerms } from "../answering/evidence.ts";

export interface RoutableDepartment {
  readonly id: DepartmentId;
  readonly name: string;
  readonly description: string;
}

export interface DepartmentRoute {
  /** Null where no department stands out: all that may be read is then searched. */
  readonly departmentId: DepartmentId | null;
  /** Every department that something speaks for, best first; shares sum to at most 1. */
  readonly alternatives: readonly { readonly departmentId: DepartmentId; readonly share: number }[];
}

/** Hits beyond these say little about whose question it is. */
const votingHits = 10;
/** A department stands out with this share of the votes … */
const clearShare = 0.6;
/** … and this many times the share of the next one. */
const clearLead = 2;
/** … and this many votes at all. */
const leastVotes = 0.2;
/** What a full match of the name or description counts, where all hits together count at most 1. */
const nameVote = 0.5;
const descriptionVote = 0.25;

/**
 * The department whose documents answer best: hits vote with the square of their score, so that a few strong ones
 * outweigh many weak ones, and as far as they answer at all, and words of the question in a department's name or description add to it.
 */
export function routeDepartment(input: {
  readonly question: string;
  readonly departments: readonly RoutableDepartment[];
  readonly result: SearchResult;
}): DepartmentRoute {
  const { departments, result } = input;
  const [only] = departments;
  if (only !== undefined && departments.length === 1)
    return { departmentId: only.id, alternatives: [{ departmentId: only.id, share: 1 }] };

  const votes = new Map<DepartmentId, number>(departments.map(({ id }) => [id, 0]));
  const hits = result.hits.slice(0, votingHits).filter(({ passage }) => votes.has(passage.departmentId));
  const all = hits.reduce((sum, { score }) => sum + score ** 2, 0);
  const add = (id: DepartmentId, vote: number): void => {
    votes.set(id, (votes.get(id) ?? 0) + vote);
  };
  // Where nothing answers, whatever came first by chance must not narrow the search.
  const sure = answerability(input.question, result);
  if (all > 0) for (const { passage, score } of hits) add(passage.departmentId, (sure * score ** 2) / all);

  const terms = new Set(analyze(input.question));
  const weights = new Map(weighTerms(result).map(({ term, weight }) => [term, weight]));
  for (const { id, name, description } of departments) {
    add(
      id,
      nameVote * matched(analyze(name), terms) + descriptionVote * weightOf(analyze(description), weights),
    );
  }

  const total = [...votes.values()].reduce((sum, vote) => sum + vote, 0);
  if (total === 0) return { departmentId: null, alternatives: [] };
  const alternatives = [...votes]
    .filter(([, vote]) => vote > 0)
    .map(([departmentId, vote]) => ({ departmentId, share: vote / total }))
    .toSorted((a, b) => b.share - a.share);
  const [best, next] = alternatives;
  const clear =
    best !== undefined &&
    best.share >= clearShare &&
    best.share * total >= leastVotes &&
    best.share >= clearLead * (next?.share ?? 0);
  return { departmentId: clear ? best.departmentId : null, alternatives };
}

/** Share of the words that are among the terms. */
const matched = (words: readonly string[], terms: ReadonlySet<string>): number =>
  words.length === 0 ? 0 : words.filter((word) => terms.has(word)).length / words.length;

const weightOf = (words: readonly string[], weights: ReadonlyMap<string, number>): number =>
  [...new Set(words)].reduce((sum, word) => sum + (weights.get(word) ?? 0), 0);
