import type { ReadScope } from "../identity/access.ts";
import type { DepartmentId, DocumentId, PassageId, TenantId } from "../ids.ts";
import type { KnowledgeIndex } from "../knowledge/knowledge-index.ts";
import type { EvaluationDocument } from "./evaluation-set.ts";

const department = "evaluation" as DepartmentId;
export const evaluationTenant = "evaluation" as TenantId;
export const evaluationScope: ReadScope = {
  departments: new Map([[department, "public"]]),
  principals: new Set(),
};

/** Puts each document in as one passage, both under the document's own id. */
export async function fillIndex(
  index: KnowledgeIndex,
  documents: readonly EvaluationDocument[],
  report: (done: number) => void,
): Promise<void> {
  let done = 0;
  await Promise.all(
    documents.map(async ({ id, title, text }) => {
      const documentId = id as DocumentId;
      await index.upsert(evaluationTenant, documentId, [
        {
          id: id as PassageId,
          documentId,
          departmentId: department,
          sensitivity: "public",
          readers: null,
          title,
          text,
          position: 0,
          headingPath: [],
          page: null,
          embedding: null,
        },
      ]);
      report((done += 1));
    }),
  );
}
