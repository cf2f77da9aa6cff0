import type { Page } from "../conversation/conversation-store.ts";
import type { ReadScope } from "../identity/access.ts";
import type { DepartmentId, DocumentId } from "../ids.ts";
import type { DocumentKind, DocumentState, KnowledgeDocument } from "./document.ts";
import type { SearchHit } from "./knowledge-index.ts";

/** Documents as people browse them: only what the scope may read is listed or counted. */
export interface DocumentLibrary {
  list(
    scope: ReadScope,
    query: {
      readonly departmentId: DepartmentId | null;
      readonly state: DocumentState | null;
      readonly text: string | null;
      /** `file` unless it is told. */
      readonly kind?: DocumentKind;
      readonly cursor: string | null;
      readonly limit: number;
    },
  ): Promise<Page<KnowledgeDocument>>;
  get(scope: ReadScope, id: DocumentId): Promise<KnowledgeDocument | null>;
  /** The passages served of the document, in reading order. */
  passages(id: DocumentId): Promise<readonly SearchHit["passage"][]>;
  /** Ready files per department. */
  counts(scope: ReadScope): Promise<ReadonlyMap<DepartmentId, number>>;
}
