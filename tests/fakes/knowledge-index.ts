import { canRead } from "../../core/identity/access.ts";
import type { DocumentId, TenantId } from "../../core/ids.ts";
import type { KnowledgeIndex, SearchHit, SearchQuery } from "../../core/knowledge/knowledge-index.ts";
import type { IndexedPassage } from "../../core/knowledge/passage.ts";
import { analyze } from "../../core/text/analyze.ts";

const k1 = 1.2;
const b = 0.75;

interface Read {
  readonly passage: IndexedPassage;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

/** The port as plainly as it can be said: every search reads every passage again. For tests with few passages. */
export function memoryKnowledgeIndex(): KnowledgeIndex {
  const tenants = new Map<TenantId, Map<DocumentId, readonly IndexedPassage[]>>();
  const versions = new Map<TenantId, number>();
  const raise = (tenant: TenantId): void => void versions.set(tenant, (versions.get(tenant) ?? 0) + 1);
  const documentsOf = (tenant: TenantId): Map<DocumentId, readonly IndexedPassage[]> => {
    const documents = tenants.get(tenant) ?? new Map<DocumentId, readonly IndexedPassage[]>();
    tenants.set(tenant, documents);
    return documents;
  };
  return {
    async search(tenant, query) {
      const collection = [...documentsOf(tenant).values()].flat().map(read);
      const terms = [...new Set(analyze(query.text))].map((term) => {
        const passages = collection.filter((one) => one.counts.has(term)).length;
        const idf = Math.log(1 + (collection.length - passages + 0.5) / (passages + 0.5));
        return { term, passages, idf };
      });
      const mean = collection.reduce((sum, one) => sum + one.length, 0) / Math.max(1, collection.length);
      const hits = collection
        .filter((one) => canRead(query.scope, one.passage))
        .map((one) => toHit(one, terms, mean, query))
        .filter((hit) => hit.score > 0)
        .sort((x, y) => y.score - x.score || (x.passage.id < y.passage.id ? -1 : 1))
        .slice(0, query.limit);
      return { hits, terms, collectionSize: collection.length, version: versions.get(tenant) ?? 0 };
    },
    async upsert(tenant, document, passages) {
      if (documentsOf(tenant).get(document) !== passages) raise(tenant);
      documentsOf(tenant).set(document, passages);
    },
    async remove(tenant, document) {
      raise(tenant);
      documentsOf(tenant).delete(document);
    },
    async close() {},
  };
}

function read(passage: IndexedPassage): Read {
  const words = analyze([...new Set([passage.title, ...passage.headingPath]), passage.text].join("\n"));
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { passage, counts, length: words.length };
}

function toHit(
  { passage, counts, length }: Read,
  terms: readonly { term: string; idf: number }[],
  mean: number,
  query: SearchQuery,
): SearchHit {
  const wordScore = terms.reduce((sum, { term, idf }) => {
    const count = counts.get(term) ?? 0;
    return sum + (idf * count) / (count + k1 * (1 - b + (b * length) / mean));
  }, 0);
  const { embedding, ...shown } = passage;
  const { vector } = query;
  const similarity =
    vector == null || embedding === null
      ? null
      : vector.reduce((sum, value, index) => sum + value * (embedding[index] ?? 0), 0);
  return { passage: shown, wordScore, similarity, score: wordScore + Math.max(0, similarity ?? 0) };
}
