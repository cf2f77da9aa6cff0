import type { ReadScope } from "../identity/access.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { ModelCall } from "../inference/model-call.ts";
import { isMissedModel } from "../inference/missed-model.ts";
import type { ModelGateway } from "../inference/model-gateway.ts";
import { analyze } from "../text/analyze.ts";
import { shorten } from "../text/cut-text.ts";
import { type Sentence, splitSentences } from "../text/sentences.ts";
import type { KnowledgeIndex, SearchHit } from "./knowledge-index.ts";

export interface LookUpPorts {
  readonly index: Pick<KnowledgeIndex, "search">;
  /** Null where no embedding model is configured. */
  readonly embedder: Pick<ModelGateway, "embed"> | null;
}

export interface LookedUp {
  readonly passage: SearchHit["passage"];
  /** Its words that come nearest to what was looked for, as Markdown: verbatim but for spaces and the form of tables. */
  readonly quote: string;
}

const longestQuote = 300;

/**
 * Passages about something, best first, one of each document, as far as the scope reads: for people who choose among
 * them themselves. Without its embedding model, or beyond its budget, it goes by words alone.
 */
export async function lookUpPassages(
  { index, embedder }: LookUpPorts,
  tenant: TenantId,
  query: {
    readonly text: string;
    readonly scope: ReadScope;
    readonly limit: number;
    readonly signal: AbortSignal;
    readonly userId: UserId | null;
  },
): Promise<readonly LookedUp[]> {
  const { text, scope, limit, signal, userId } = query;
  const call: ModelCall = { tenantId: tenant, userId, departmentId: null, urgency: "interactive" };
  const vector = embedder && (await embed(embedder, text, signal, call));
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
  call: ModelCall,
): Promise<Float32Array | null> {
  try {
    const [vector] = await embedder.embed([text], signal, call);
    return vector ?? null;
  } catch (error) {
    if (isMissedModel(error)) return null;
    throw error;
  }
}

/**
 * The piece that holds most of the words, and what follows it of the same kind as far as there is room: sentences of one
 * section, items of a list line by line, or one row of a table with the names of its columns.
 */
function quoteAbout(text: string, weights: ReadonlyMap<string, number>): string {
  const units = splitSentences(text);
  const worth = units.map(({ kind, start, end }) =>
    kind === "heading"
      ? -1
      : [...new Set(analyze(text.slice(start, end)))].reduce(
          (sum, term) => sum + (weights.get(term) ?? 0),
          0,
        ),
  );
  const at = Math.max(0, worth.indexOf(Math.max(...worth)));
  const best = units[at];
  if (!best || best.kind === "heading") return shorten(oneLine(text), longestQuote);
  if (best.kind === "row") return shorten(quoteRow(text, units, at), longestQuote);
  const between = best.kind === "item" ? "\n" : " ";
  let quote = oneLine(best.text);
  for (const { kind, text: next } of units.slice(at + 1)) {
    const longer = `${quote}${between}${oneLine(next)}`;
    if (kind !== best.kind || kind === "code" || longer.length > longestQuote) break;
    quote = longer;
  }
  return shorten(quote, longestQuote);
}

/** `Column: cell · Column: cell`: without the names of the columns, a row may say the opposite of what is meant. */
function quoteRow(text: string, units: readonly Sentence[], at: number): string {
  let first = at;
  while (units[first - 1]?.kind === "row" && !isApart(text, units[first - 1], units[first])) first -= 1;
  const row = first === at && units[at + 1]?.kind === "row" ? at + 1 : at;
  const names = cellsOf(units[first]?.text ?? "");
  const cells = cellsOf(units[row]?.text ?? "");
  if (first === row) return cells.join(" · ");
  return cells
    .map((cell, index) => [names[index] ?? "", cell])
    .filter(([, cell]) => cell !== "")
    .map(([name, cell]) => (name === "" ? cell : `${String(name)}: ${String(cell)}`))
    .join(" · ");
}

/** Whether a table ends between two rows. */
const isApart = (text: string, above: Sentence | undefined, below: Sentence | undefined): boolean =>
  /\n\s*\n/.test(text.slice(above?.end, below?.start));

const cellsOf = (row: string): readonly string[] =>
  row
    .replace(/^\s*\|/, "")
    .replace(/\|\s*$/, "")
    .split(/(?<!\\)\|/)
    .map(oneLine);

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
