import { ExpertError } from "../errors.ts";
import type { ReadScope } from "../identity/access.ts";
import type { DepartmentId } from "../ids.ts";
import { questionLengthLimit } from "./question-length.ts";

/** The question as it is stored; throws `question_empty` or `question_too_long`. */
export function validQuestion(text: string): string {
  // A NUL character or half a surrogate pair cannot be stored, and no person types one.
  const question = text.replaceAll("\u0000", "").toWellFormed().trim();
  // Marks alone ("???", an emoji) ask nothing that could be looked for.
  if (!/[\p{L}\p{N}]/u.test(question)) {
    throw new ExpertError("question_empty", "The question is empty.", {
      remedy: "Write what you want to know.",
    });
  }
  if (question.length > questionLengthLimit) {
    throw new ExpertError(
      "question_too_long",
      `The question has ${String(question.length)} characters; at most ${String(questionLengthLimit)} are read.`,
      {
        remedy: "Shorten it, or upload the long part as a document and ask about it.",
        facts: { limit: questionLengthLimit, length: question.length },
      },
    );
  }
  return question;
}

/** Throws `department_unknown` where a department was named that the person may not ask. */
export function assertAskable(scope: ReadScope, department: DepartmentId | null): void {
  if (department === null || scope.departments.has(department)) return;
  throw new ExpertError("department_unknown", "There is no such department that you can ask.", {
    remedy: "Pick a department from the list, or let the expert choose.",
  });
}
