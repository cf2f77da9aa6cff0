import { isExpertError } from "../errors.ts";
import type { ReadScope } from "../identity/access.ts";
import type { TenantId } from "../ids.ts";
import type { ModelGateway } from "../inference/model-gateway.ts";
import { analyze } from "../text/analyze.ts";
import { shorten } from "../text/cut-text.ts";
import { splitSentences } from "../text/sentences.ts";
import type { KnowledgeIndex, SearchHit } from "./knowledge-index.ts";

export interface LookUpPorts {
  readonly index: Pick<KnowledgeIndex, "search">;
  /** Null where no embedding model is configured. */
  readonly embedder: Pick<ModelGateway, "embed"> | null;
}

export interface LookedUp {
  readonly passage: SearchHit["passage"];
  /** Its words that come nearest to what was looked for, verbatim but for the spaces. */
  readonly quote: string;
}

const longestQuote = 300;

/**
 * Passages about something, best first, one of each document, as far as the scope reads: for people who choose among
 * them themselves. Without its embedding model it goes by words alone.
 */
export async function lookUpPassages(
  { index, embedder }: LookUpPorts,
  tenant: TenantId,
  query: {
    readonly text: string;
    readonly scope: ReadScope;
    readonly limit: number;
    readonly signal: AbortSignal;
  },
): Promise<readonly LookedUp[]> {
  const { text, scope, limit, signal } = query;
  const vector = embedder && (await embed(embedder, text, signal));
  // Several passages of one document may stand before the next document.
  const { hits, terms } = await index.search(tenant, { text, vector, scope, limit: limit * 3 });
  const weights = new Map(terms.map(({ term, idf }) => [term, idf]));
  const documents = new Map(hits.toReversed().map((hit) => [hit.passage.documentId, hit.passage]));
  return [...new Set(hits.map(({ passage }) => passage.documentId))].slice(0, limit).flatMap((id) => {
    const passage = documents.get(id);
    return passage ? [{ passage, quote: quoteAbout(passage.text, weights) }] : [];
  });
}

async function embed(
  embedder: Pick<ModelGateway, "embed">,
  text: string,
  signal: AbortSignal,
): Promise<Float32Array | null> {
  try {
    const [vector] = await embedder.embed([text], signal);
    return vector ?? null;
  } catch (error) {
    if (isExpertError(error, "model_unavailable", "model_timeout", "model_refused")) return null;
    throw error;
  }
}

/** The sentence that holds most of the words, and what follows it as far as there is room. */
function quoteAbout(text: string, weights: ReadonlyMap<string, number>): string {
  const sentences = splitSentences(text).filter(({ kind }) => kind !== "heading");
  const worth = sentences.map(({ start, end }) =>
    [...new Set(analyze(text.slice(start, end)))].reduce((sum, term) => sum + (weights.get(term) ?? 0), 0),
  );
  const best = sentences[worth.indexOf(Math.max(...worth))];
  const quote = text.slice(best?.start ?? 0).replaceAll(/\s+/g, " ");
  return shorten(quote.trim(), longestQuote);
}
