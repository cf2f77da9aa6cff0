import type { DepartmentId } from "../ids.ts";

/** Labels of a document, from the least to the most strictly held. */
export const sensitivities = ["public", "confidential", "restricted"] as const;
export type Sensitivity = (typeof sensitivities)[number];

/** Somebody or a group that a document may be limited to, named with its source: `user:<id>`, `group:entra:<id>`. */
export type Principal = string;

export interface Labelled {
  readonly departmentId: DepartmentId;
  readonly sensitivity: Sensitivity;
  /** Null: whoever may read the department up to this label. A list: of those, only these; an empty list is nobody. */
  readonly readers: readonly Principal[] | null;
}

/** What may be read: by a person, or by everyone in a place. */
export interface ReadScope {
  /** Each readable department with the strictest label readable in it. */
  readonly departments: ReadonlyMap<DepartmentId, Sensitivity>;
  readonly principals: ReadonlySet<Principal>;
}

export const strictness = (sensitivity: Sensitivity): number => sensitivities.indexOf(sensitivity);

/** A scope as JSON holds it. */
export interface StoredScope {
  readonly departments: Readonly<Record<string, Sensitivity>>;
  readonly principals: readonly Principal[];
}

export const storeScope = ({ departments, principals }: ReadScope): StoredScope => ({
  departments: Object.fromEntries(departments),
  principals: [...principals],
});

export const restoreScope = ({ departments, principals }: StoredScope): ReadScope => ({
  departments: new Map(Object.entries(departments) as [DepartmentId, Sensitivity][]),
  principals: new Set(principals),
});

/** What both may read. */
export function commonScope(one: ReadScope, other: ReadScope): ReadScope {
  const departments = [...one.departments].flatMap(([id, label]) => {
    const second = other.departments.get(id);
    if (second === undefined) return [];
    return [[id, strictness(label) <= strictness(second) ? label : second] as const];
  });
  return {
    departments: new Map(departments),
    principals: new Set([...one.principals].filter((principal) => other.principals.has(principal))),
  };
}

/** Does `scope` hold all that the other one does? */
export const covers = (scope: ReadScope, other: ReadScope): boolean =>
  [...other.departments].every(([id, label]) => {
    const own = scope.departments.get(id);
    return own !== undefined && strictness(own) >= strictness(label);
  }) && [...other.principals].every((principal) => scope.principals.has(principal));

export function canRead(scope: ReadScope, item: Labelled): boolean {
  const ceiling = scope.departments.get(item.departmentId);
  if (ceiling === undefined || strictness(item.sensitivity) > strictness(ceiling)) return false;
  return item.readers === null || item.readers.some((reader) => scope.principals.has(reader));
}

/** The same scope, limited to one department (nothing, where that department is not readable). */
export function withinDepartment(scope: ReadScope, department: DepartmentId): ReadScope {
  const ceiling = scope.departments.get(department);
  return {
    departments: new Map(ceiling === undefined ? [] : [[department, ceiling]]),
    principals: scope.principals,
  };
}
