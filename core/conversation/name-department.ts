import type { Identity } from "../identity/directory.ts";
import type { Department } from "../identity/member.ts";
import type { DepartmentId } from "../ids.ts";

/** `hr: how …`, `#hr how …`, `in HR: how …`, in this order of trial. */
const namings = [
  /^#(?<name>[\p{L}\p{M}\p{N}_-]{1,80})[\s:,]+(?<rest>\S[^]*)$/u,
  /^(?:in|ใน|ถาม)\s*(?<name>[^\n:]{1,80}?)\s*:\s*(?<rest>\S[^]*)$/iu,
  /^(?<name>[^\n:]{1,80}?)\s*:\s*(?<rest>\S[^]*)$/u,
];

/**
 * The department that a question names at its start, by slug or by name in either language, letter case aside, and the
 * rest of the question. Only one that the person may ask counts; otherwise the question stays whole, and the router
 * chooses.
 */
export function nameDepartment(
  question: string,
  { departments, scope }: Pick<Identity, "departments" | "scope">,
): { readonly departmentId: DepartmentId | null; readonly question: string } {
  const askable = departments.filter(({ id }) => scope.departments.has(id));
  for (const naming of namings) {
    const { name = "", rest = "" } = naming.exec(question.trim())?.groups ?? {};
    const department = askable.find((one) => namesOf(one).includes(plain(name)));
    if (department) return { departmentId: department.id, question: rest };
  }
  return { departmentId: null, question };
}

const plain = (name: string): string => name.normalize("NFC").replaceAll(/[*_~]/g, "").trim().toLowerCase();

const namesOf = ({ slug, name }: Department): readonly string[] => [slug, name.en, name.th].map(plain);
