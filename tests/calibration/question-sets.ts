import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createSearchIndex } from "../../adapters/search/create-search-index.ts";
import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import type { ReadScope } from "../../core/identity/access.ts";
import { newId, type DepartmentId, type DocumentId, type PassageId, type TenantId } from "../../core/ids.ts";
import type { KnowledgeIndex, SearchResult } from "../../core/knowledge/knowledge-index.ts";
import type { Exchange } from "../../core/conversation/turn.ts";

const evalFolder = join(process.env["EXPERT_CORPORA"] ?? "../shared/corpora", "eval");
export const corporaPresent = (): boolean => existsSync(evalFolder);

interface Row {
  readonly _id: string;
  readonly text: string;
  readonly title?: string;
  readonly answers?: readonly string[];
  readonly history?: readonly { readonly speaker: string; readonly text: string }[];
}

function readRows(path: string): readonly Row[] {
  const whole = join(evalFolder, path);
  const text = existsSync(whole)
    ? readFileSync(whole, "utf8")
    : gunzipSync(readFileSync(`${whole}.gz`)).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Row);
}

export interface Question {
  readonly id: string;
  readonly text: string;
  readonly history: readonly Exchange[];
}

export function readQuestions(path: string): readonly Question[] {
  return readRows(path).map(({ _id, text, history = [] }) => ({
    id: _id,
    text,
    history: exchanges(history),
  }));
}

function exchanges(history: NonNullable<Row["history"]>): readonly Exchange[] {
  return history.flatMap(({ speaker, text }, place) => {
    if (speaker !== "user") return [];
    const next = history[place + 1];
    return [{ question: text, answer: next !== undefined && next.speaker !== "user" ? next.text : null }];
  });
}

/** The words marked as the answer, by the question's id. */
export const readAnswers = (path: string): ReadonlyMap<string, readonly string[]> =>
  new Map(readRows(path).map(({ _id, answers = [] }) => [_id, answers]));

export function readRelevance(path: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const relevance = new Map<string, Map<string, number>>();
  for (const line of readFileSync(join(evalFolder, path), "utf8").split("\n").slice(1)) {
    const [query, document, grade] = line.split("\t");
    if (query === undefined || document === undefined || grade === undefined) continue;
    const grades = relevance.get(query) ?? new Map<string, number>();
    grades.set(document, Number(grade));
    relevance.set(query, grades);
  }
  return relevance;
}

const tenant = newId<TenantId>();
const department = newId<DepartmentId>();
const scope: ReadScope = { departments: new Map([[department, "public"]]), principals: new Set() };

/** A collection with one passage per document, and the search over it. */
export async function openCollection(path: string): Promise<{
  search: (text: string, limit?: number) => Promise<SearchResult>;
  nameOf: (result: SearchResult) => readonly string[];
}> {
  const index: KnowledgeIndex = createSearchIndex({ clock: systemClock, logger: silentLogger });
  const names = new Map<string, string>();
  for (const { _id, title = "", text } of readRows(path)) {
    const documentId = newId<DocumentId>();
    names.set(documentId, _id);
    await index.upsert(tenant, documentId, [
      {
        id: newId<PassageId>(),
        documentId,
        departmentId: department,
        sensitivity: "public",
        readers: null,
        title,
        headingPath: [],
        page: null,
        position: 0,
        text,
        embedding: null,
      },
    ]);
  }
  return {
    search: (text, limit = 10) => index.search(tenant, { text, scope, limit }),
    nameOf: (result) => result.hits.map(({ passage }) => names.get(passage.documentId) ?? ""),
  };
}
