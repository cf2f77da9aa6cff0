import { createHash } from "node:crypto";
import type { ReadScope } from "../identity/access.ts";
import type { DepartmentId, TenantId } from "../ids.ts";
import type { DraftInput } from "./draft.ts";
import { buildPrompt, promptHits } from "./prompt.ts";

export interface AskedFor {
  readonly tenantId: TenantId;
  readonly departmentId: DepartmentId | null;
  /** What the asker and, where others see the answer, all of them may read. */
  readonly scope: ReadScope;
  /** The version of the tenant's knowledge that was searched. */
  readonly version: number;
  /** Names the models and how they are reached. */
  readonly models: string;
}

/** Raised where a model's words are made into an answer in another way than before. */
const answerVersion = 1;

/**
 * Names everything that a model's first answer in a thread depends on: under one key the same prompt goes to the same
 * models, about the same passages of the same knowledge, for people of one tenant with the same access. The fence, which
 * is new for each prompt, is left out. A question's case counts, for it may be what sets two names apart. Of what the
 * asker may read by name or group, what names none of the passages found has changed nothing, and is left out too.
 * In hexadecimal.
 */
export function answerKey(
  { tenantId, departmentId, scope, version, models }: AskedFor,
  input: DraftInput,
): string {
  const hits = promptHits(input.result.hits);
  const question = plainQuestion(input.question);
  const standaloneQuestion = plainQuestion(input.standaloneQuestion);
  const named = new Set(input.result.hits.flatMap(({ passage }) => passage.readers ?? []));
  return sha256(
    JSON.stringify({
      answerVersion,
      tenantId,
      departmentId,
      departments: [...scope.departments].toSorted(byFirst),
      principals: [...scope.principals].filter((principal) => named.has(principal)).toSorted(),
      version,
      models,
      language: input.language,
      prompt: buildPrompt({ ...input, question, standaloneQuestion }, hits, ""),
      passages: hits.map(({ passage }) => [
        passage.id,
        passage.documentId,
        passage.departmentId,
        passage.sensitivity,
        passage.readers?.toSorted() ?? null,
        passage.title,
        passage.headingPath,
        passage.page,
        sha256(passage.text),
      ]),
    }),
  );
}

/** The same question written in another way: without blanks around it, with single ones inside, and in composed letters. */
const plainQuestion = (question: string): string => question.normalize("NFC").trim().replaceAll(/\s+/g, " ");

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
const byFirst = ([one]: readonly [string, string], [other]: readonly [string, string]): number =>
  one < other ? -1 : 1;
