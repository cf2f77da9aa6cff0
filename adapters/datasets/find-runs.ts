import type {
  EvaluationDocument,
  EvaluationQuestion,
  EvaluationRun,
} from "../../core/evaluation/evaluation-set.ts";
import { isJudged, type Judgements } from "../../core/evaluation/metrics.ts";

/** What a set's folder holds, by file name without its ending. */
export interface SetFiles {
  readonly collections: ReadonlyMap<string, readonly EvaluationDocument[]>;
  readonly questions: ReadonlyMap<string, readonly EvaluationQuestion[]>;
  readonly judgements: ReadonlyMap<string, ReadonlyMap<string, Judgements>>;
  readonly unanswerable: readonly EvaluationQuestion[];
}

interface Match {
  readonly questions: string;
  readonly judgements: string;
  readonly collection: string;
  /** Ids of the judged questions. */
  readonly ids: ReadonlySet<string>;
}

/**
 * Which questions go with which judgements and collection, told by their identifiers: judgements fit questions that
 * they name, and a collection that holds every document that they call relevant, of several the smallest. A match that
 * others of the same judgements cover, with a smaller collection or more questions, is left out.
 */
export function findRuns(set: string, files: SetFiles): EvaluationRun[] {
  const matches: Match[] = [];
  for (const [questions, asked] of files.questions)
    for (const [judgements, judged] of files.judgements) {
      const own = asked.filter(({ id }) => isJudged(judged.get(id) ?? new Map()));
      const ids = new Set(own.map(({ id }) => id));
      const collection = ids.size === 0 ? undefined : smallestCollection(files, judged, ids);
      if (collection !== undefined) matches.push({ questions, judgements, collection, ids });
    }
  return matches
    .filter((match) => !isCovered(match, matches, files))
    .map((match) => ({
      set,
      name: [match.questions, match.judgements, match.collection].join(" / "),
      documents: files.collections.get(match.collection)!,
      questions: files.questions.get(match.questions)!,
      judgements: files.judgements.get(match.judgements)!,
      unanswerable: files.unanswerable,
    }));
}

function smallestCollection(
  files: SetFiles,
  judged: ReadonlyMap<string, Judgements>,
  ids: ReadonlySet<string>,
): string | undefined {
  const relevant = new Set<string>();
  for (const id of ids)
    for (const [document, grade] of judged.get(id)!) if (grade > 0) relevant.add(document);
  const fitting = [...files.collections].filter(([, documents]) => {
    const held = new Set(documents.map((document) => document.id));
    return [...relevant].every((document) => held.has(document));
  });
  return fitting.sort(([, a], [, b]) => a.length - b.length)[0]?.[0];
}

function isCovered(match: Match, all: readonly Match[], files: SetFiles): boolean {
  const size = (one: Match): number => files.collections.get(one.collection)!.length;
  const siblings = all.filter((other) => other !== match && other.judgements === match.judgements);
  const within = siblings.some(
    (other) =>
      other.collection === match.collection &&
      other.ids.size > match.ids.size &&
      isSubset(match.ids, other.ids),
  );
  const smaller = siblings.filter((other) => size(other) < size(match));
  return within || isSubset(match.ids, new Set(smaller.flatMap((other) => [...other.ids])));
}

const isSubset = (part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean =>
  [...part].every((one) => whole.has(one));
