import type { DepartmentId, DocumentId, PassageId } from "../../core/ids.ts";
import { newId } from "../../core/ids.ts";
import type { SearchHit, SearchResult } from "../../core/knowledge/knowledge-index.ts";
import { analyze } from "../../core/text/analyze.ts";

export interface SamplePassage {
  readonly text: string;
  readonly title?: string;
  readonly headingPath?: readonly string[];
  readonly documentId?: string;
  readonly departmentId?: string;
  readonly page?: number;
}

/** A hit as a search returns it. */
export const hitOf = (
  text: string,
  options: Omit<SamplePassage, "text"> & { readonly score?: number } = {},
): SearchHit => ({
  passage: {
    id: newId<PassageId>(),
    documentId: (options.documentId ?? newId<DocumentId>()) as DocumentId,
    departmentId: (options.departmentId ?? "department") as DepartmentId,
    sensitivity: "public",
    readers: null,
    title: options.title ?? "",
    headingPath: options.headingPath ?? [],
    page: options.page ?? null,
    position: 0,
    text,
  },
  score: options.score ?? 1,
  wordScore: options.score ?? 1,
  similarity: null,
});

/** What a word search over these passages alone finds: BM25 (k1 1.2, b 0), `filler` further passages hold none of the words. */
export function searchSamples(
  question: string,
  passages: readonly SamplePassage[],
  filler = 200,
): SearchResult {
  const collectionSize = passages.length + filler;
  const words = passages.map(({ text, title = "", headingPath = [] }) =>
    analyze([title, ...headingPath, text].join(" ")),
  );
  const terms = [...new Set(analyze(question))].map((term) => {
    const holding = words.filter((list) => list.includes(term)).length;
    return { term, passages: holding, idf: Math.log(1 + (collectionSize - holding + 0.5) / (holding + 0.5)) };
  });
  const hits = passages.map(({ text, ...options }, index) => {
    const score = terms.reduce((sum, { term, idf }) => {
      const count = words[index]?.filter((word) => word === term).length ?? 0;
      return sum + (idf * count) / (count + 1.2);
    }, 0);
    return hitOf(text, { ...options, score });
  });
  return {
    hits: hits.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score),
    terms,
    collectionSize,
  };
}
