import type { Citation } from "../answering/citation.ts";
import { labelOf } from "../answering/citation-label.ts";
import type { Database } from "../database.ts";
import { type Principal, type Sensitivity, strictness } from "../identity/access.ts";
import type { DocumentId, TenantId } from "../ids.ts";
import type { SearchHit } from "../knowledge/knowledge-index.ts";
import type { VerifiedSource } from "./verified-answer.ts";

type Passage = SearchHit["passage"];

/** What citations rest on as it stands now. */
export interface CitedSources {
  /** Those that still stand, as they were numbered; with the passage that holds their quotation now. */
  readonly citations: readonly Citation[];
  /** The passages of `citations`, each once. */
  readonly passages: readonly Passage[];
  readonly sources: readonly VerifiedSource[];
}

/**
 * Reads what is cited once more. A document that was read in anew has other passages: the quotation is looked for in them.
 * A citation whose document or words are gone is left out.
 */
export async function citedSources(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  citations: readonly Citation[],
): Promise<CitedSources> {
  if (citations.length === 0) return { citations: [], passages: [], sources: [] };
  const ids = [...new Set(citations.map(({ documentId }) => documentId))];
  const { served, standing } = await database.withTenant(tenant, async ({ documents }) => ({
    served: await documents.contentsServed(ids),
    standing: await documents.passages(citations.map(({ passageId }) => passageId)),
  }));
  const moved = new Set(
    citations
      .filter(({ passageId }) => standing.every(({ id }) => id !== passageId))
      .flatMap(({ documentId }) => (served.has(documentId) ? [documentId] : [])),
  );
  const others =
    moved.size === 0
      ? []
      : await database.withTenant(tenant, async ({ library }) =>
          (await Promise.all([...moved].map((id) => library.passages(id)))).flat(),
        );
  const found = citations.flatMap((citation) => {
    const passage =
      standing.find(({ id }) => id === citation.passageId) ?? others.find(holdsQuoteOf(citation));
    return passage === undefined ? [] : [{ citation: placed(citation, passage), passage }];
  });
  const passages = new Map(found.map(({ passage }) => [passage.id, passage]));
  const cited = new Set<DocumentId>(found.map(({ passage: { documentId } }) => documentId));
  return {
    citations: found.map(({ citation }) => citation),
    passages: [...passages.values()],
    sources: [...served].flatMap(([documentId, contentHash]) =>
      cited.has(documentId) ? [{ documentId, contentHash }] : [],
    ),
  };
}

const holdsQuoteOf =
  ({ documentId, quote }: Citation) =>
  (passage: Passage): boolean => {
    const text = oneLine(passage.text);
    return (
      passage.documentId === documentId && quote.split(" … ").every((piece) => text.includes(oneLine(piece)))
    );
  };

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

function placed({ label: _label, ...citation }: Citation, passage: Passage): Citation {
  const { id: passageId, title, headingPath, page } = passage;
  return { ...citation, passageId, title, headingPath, page, ...labelOf(passage) };
}

export interface Access {
  readonly label: Sensitivity;
  /** Null: everyone who reads the label. */
  readonly readers: readonly Principal[] | null;
}

/** The strictest label and the common readers of these and of what is given. */
export const strictestOf = (
  passages: readonly Pick<Passage, "sensitivity" | "readers">[],
  from: Access = { label: "public", readers: null },
): Access =>
  passages.reduce<Access>(
    ({ label, readers }, { sensitivity, readers: limited }) => ({
      label: strictness(sensitivity) > strictness(label) ? sensitivity : label,
      readers: commonReaders(readers, limited),
    }),
    from,
  );

function commonReaders(
  one: readonly Principal[] | null,
  other: readonly Principal[] | null,
): readonly Principal[] | null {
  if (one === null) return other;
  if (other === null) return one;
  const both = new Set(other);
  return one.filter((principal) => both.has(principal));
}
