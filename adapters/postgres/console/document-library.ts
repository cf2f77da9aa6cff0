import { sensitivities, strictness, type ReadScope } from "../../../core/identity/access.ts";
import type { KnowledgeDocument } from "../../../core/knowledge/document.ts";
import type { DocumentLibrary } from "../../../core/knowledge/document-library.ts";
import type { SearchHit } from "../../../core/knowledge/knowledge-index.ts";
import type { Document as DocumentRow, Passage as PassageRow, Prisma } from "../prisma/generated/client.ts";
import type { PrismaRunner } from "./prisma-session.ts";
import { decodeCursor, encodeCursor, literally, toPage } from "./page.ts";

/** `canRead` of core/identity/access.ts as a condition. */
const readable = (scope: ReadScope): Prisma.DocumentWhereInput => ({
  // Prisma leaves out an empty OR: without this, whoever may read no department would read all of them.
  departmentId: { in: [...scope.departments.keys()] },
  OR: [...scope.departments].map(([departmentId, ceiling]) => ({
    departmentId,
    sensitivity: { in: sensitivities.filter((label) => strictness(label) <= strictness(ceiling)) },
  })),
  AND: [{ OR: [{ readersLimited: false }, { readers: { hasSome: [...scope.principals] } }] }],
});

const presentDocument = (row: DocumentRow): KnowledgeDocument => ({
  id: row.id as KnowledgeDocument["id"],
  kind: row.kind as KnowledgeDocument["kind"],
  departmentId: row.departmentId as KnowledgeDocument["departmentId"],
  name: row.name,
  title: row.title,
  mediaType: row.mediaType,
  sizeBytes: Number(row.sizeBytes),
  contentHash: row.contentHash,
  sensitivity: row.sensitivity as KnowledgeDocument["sensitivity"],
  readers: row.readersLimited ? row.readers : null,
  state: row.state as KnowledgeDocument["state"],
  failure: row.failure as KnowledgeDocument["failure"],
  warnings: row.warnings,
  passageCount: row.passageCount,
  uploadedBy: row.uploadedBy as KnowledgeDocument["uploadedBy"],
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

const presentPassage = (document: DocumentRow, row: PassageRow): SearchHit["passage"] => ({
  ...presentDocument(document),
  id: row.id as SearchHit["passage"]["id"],
  documentId: row.documentId as SearchHit["passage"]["documentId"],
  position: row.position,
  headingPath: row.headingPath,
  page: row.page,
  text: row.content,
});

export function documentLibrary(run: PrismaRunner): DocumentLibrary {
  return {
    async list(scope, { departmentId, state, text, kind = "file", cursor, limit }) {
      const after = decodeCursor(cursor);
      const conditions: Prisma.DocumentWhereInput[] = [readable(scope), { kind }];
      if (departmentId !== null) conditions.push({ departmentId });
      if (state !== null) conditions.push({ state });
      if (text !== null) {
        conditions.push({
          OR: [
            { title: { contains: literally(text), mode: "insensitive" } },
            { name: { contains: literally(text), mode: "insensitive" } },
          ],
        });
      }
      if (after)
        conditions.push({
          OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }],
        });
      const rows = await run((transaction) =>
        transaction.document.findMany({
          where: { AND: conditions },
          orderBy: [{ createdAt: "desc" }, { id: "desc" }],
          take: limit + 1,
        }),
      );
      return toPage(rows, limit, (row) => encodeCursor({ at: row.createdAt, id: row.id }), presentDocument);
    },
    async get(scope, id) {
      const row = await run((transaction) =>
        transaction.document.findFirst({ where: { AND: [{ id }, readable(scope)] } }),
      );
      return row && presentDocument(row);
    },
    passages: (id) =>
      run(async (transaction) => {
        const document = await transaction.document.findUnique({ where: { id } });
        if (!document) return [];
        const rows = await transaction.passage.findMany({
          where: { documentId: id, revision: document.publishedRevision },
          orderBy: { position: "asc" },
        });
        return rows.map((row) => presentPassage(document, row));
      }),
    async counts(scope) {
      const rows = await run((transaction) =>
        transaction.document.groupBy({
          by: ["departmentId"],
          where: { AND: [{ publishedRevision: { gt: 0 }, kind: "file" }, readable(scope)] },
          _count: true,
        }),
      );
      return new Map(rows.map((row) => [row.departmentId as KnowledgeDocument["departmentId"], row._count]));
    },
  };
}
