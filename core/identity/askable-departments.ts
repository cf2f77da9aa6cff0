import { detectLanguage, type Language } from "../text/language.ts";
import type { DepartmentId } from "../ids.ts";
import type { Identity } from "./directory.ts";
import type { Department } from "./member.ts";

/** The departments that a person can ask, by name. */
export const askableDepartments = ({
  departments,
  scope,
}: Pick<Identity, "departments" | "scope">): readonly Department[] =>
  departments.filter(({ id }) => scope.departments.has(id));

/** What was chosen; null leaves it to the expert, and so does what is no department of the person's. */
export const chosenDepartment = (identity: Identity, value: string | undefined): DepartmentId | null =>
  askableDepartments(identity).find(({ id }) => id === value)?.id ?? null;

/** Those in the reader's language; all of them where there are none. */
export function inLanguage(questions: readonly string[], language: Language): readonly string[] {
  const own = questions.filter((question) => detectLanguage(question) === language);
  return own.length === 0 ? questions : own;
}

/** Example questions of the person's departments, one of each in turn, in the person's language if there are any. */
export function exampleQuestions(
  identity: Pick<Identity, "departments" | "scope">,
  language: Language,
  limit: number,
): readonly string[] {
  const lists = askableDepartments(identity).map((department) => department.exampleQuestions);
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const inTurn = Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? []));
  return [...new Set(inLanguage(inTurn.flat(), language))].slice(0, limit);
}
