import { extractDocument } from "../../adapters/extraction/extract-document.ts";
import { readCompanyFiles, readCompanyPlan } from "../../adapters/filesystem/company-folder.ts";
import { createSearchIndex } from "../../adapters/search/create-search-index.ts";
import { draftExtractively } from "../../core/answering/answer-extractively.ts";
import { assessConfidence } from "../../core/answering/assess-confidence.ts";
import { checkGrounding } from "../../core/answering/check-grounding.ts";
import { answerThreshold } from "../../core/answering/confidence-model.ts";
import type { Confidence } from "../../core/answering/confidence.ts";
import type { Draft } from "../../core/answering/draft.ts";
import { systemClock } from "../../core/clock.ts";
import { routeDepartment } from "../../core/conversation/route-department.ts";
import { type ReadScope, type Sensitivity, withinDepartment } from "../../core/identity/access.ts";
import { newId, type DepartmentId, type DocumentId, type PassageId, type TenantId } from "../../core/ids.ts";
import { documentTitle } from "../../core/knowledge/document-title.ts";
import type { SearchResult } from "../../core/knowledge/knowledge-index.ts";
import { type LookedUp, lookUpPassages } from "../../core/knowledge/look-up-passages.ts";
import { splitPassages } from "../../core/knowledge/split-passages.ts";
import { silentLogger } from "../../core/logger.ts";

export interface CompanyDocument {
  readonly departmentSlug: string;
  readonly name: string;
  readonly sensitivity: Sensitivity;
  readonly content: Uint8Array;
}

export interface CompanyAnswer {
  /** Slug of the department that was searched; null: all that may be read. */
  readonly department: string | null;
  /** What was found and drafted from. */
  readonly result: SearchResult;
  readonly draft: Draft;
  readonly confidence: Confidence;
  /** Is the draft shown, or does the reply say that nothing was found? */
  readonly answered: boolean;
  /** Names of the files cited. */
  readonly cited: readonly string[];
}

interface Department {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
}

/** As many passages as the product's own step retrieves. */
const passagesRetrieved = 8;

/**
 * A company's pages in an index of their own, and the product's steps from a question to its answer: route where no
 * department is picked, search, draft, check, confidence. Needs no database and no model. Asks as somebody who reads
 * every page up to the label `upTo`; `public` unless it is said.
 */
export async function askableCompany(
  departments: readonly Department[],
  documents: AsyncIterable<CompanyDocument> | Iterable<CompanyDocument>,
): Promise<{
  ask(question: string, department?: string, upTo?: Sensitivity): Promise<CompanyAnswer>;
  /** Public passages about something, one of each document. */
  lookUp(text: string, limit: number): Promise<readonly LookedUp[]>;
  close(): Promise<void>;
}> {
  const tenant = newId<TenantId>();
  const ids = new Map(departments.map(({ slug }) => [slug, newId<DepartmentId>()]));
  const slugs = new Map([...ids].map(([slug, id]) => [id, slug]));
  const index = createSearchIndex({ clock: systemClock, logger: silentLogger });
  const names = new Map<DocumentId, string>();
  for await (const { departmentSlug, name, sensitivity, content } of documents) {
    const departmentId = ids.get(departmentSlug);
    if (departmentId === undefined) throw new Error(`${name}: there is no department ${departmentSlug}`);
    const documentId = newId<DocumentId>();
    names.set(documentId, name);
    const extracted = await extractDocument({ name, content });
    const title = documentTitle(extracted, name);
    const passages = splitPassages(extracted).map(({ text, position, headingPath, page }) => ({
      id: newId<PassageId>(),
      documentId,
      departmentId,
      sensitivity,
      readers: null,
      title,
      headingPath,
      page,
      position,
      text,
      embedding: null,
    }));
    await index.upsert(tenant, documentId, passages);
  }
  const everything = (upTo: Sensitivity): ReadScope => ({
    departments: new Map([...ids.values()].map((id) => [id, upTo])),
    principals: new Set(),
  });
  const search = (text: string, scope: ReadScope) =>
    index.search(tenant, { text, scope, limit: passagesRetrieved });
  const routable = departments.flatMap(({ slug, ...department }) => {
    const id = ids.get(slug);
    return id === undefined ? [] : [{ id, ...department }];
  });

  return {
    async ask(question, department, upTo = "public") {
      const readable = everything(upTo);
      const picked = department === undefined ? undefined : ids.get(department);
      const departmentId =
        picked ??
        routeDepartment({ question, departments: routable, result: await search(question, readable) })
          .departmentId;
      const scope = departmentId === null ? readable : withinDepartment(readable, departmentId);
      const result = await search(question, scope);
      const draft = draftExtractively({ standaloneQuestion: question, result });
      const grounding = checkGrounding(draft, result);
      const confidence = assessConfidence({ question, result, draft, grounding });
      return {
        department: departmentId === null ? null : (slugs.get(departmentId) ?? null),
        result,
        draft,
        confidence,
        answered: draft.text !== "" && confidence.value >= answerThreshold,
        cited: draft.citations.map(({ documentId }) => names.get(documentId) ?? ""),
      };
    },
    lookUp: (text, limit) =>
      lookUpPassages({ index, embedder: null }, tenant, {
        text,
        scope: everything("public"),
        limit,
        signal: AbortSignal.timeout(10_000),
        userId: null,
      }),
    close: () => index.close(),
  };
}

/** The company of a folder with a `company.yaml`, such as deploy/demo-company. */
export async function askableFolder(folder: string): ReturnType<typeof askableCompany> {
  const plan = await readCompanyPlan(folder);
  const departments = plan.departments.map(({ slug, name, description }) => ({
    slug,
    name: `${name.en} ${name.th}`,
    description: `${description.en} ${description.th}`,
  }));
  return await askableCompany(departments, readCompanyFiles(folder, plan));
}
