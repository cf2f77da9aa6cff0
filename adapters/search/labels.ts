import { canRead, type Labelled, type ReadScope } from "../../core/identity/access.ts";

/** The distinct labels (department, sensitivity, readers) of a tenant's passages, numbered. */
export class Labels {
  readonly #numbers = new Map<string, number>();
  readonly #labels: Labelled[] = [];

  get all(): readonly Labelled[] {
    return this.#labels;
  }

  add({ departmentId, sensitivity, readers }: Labelled): number {
    const key = JSON.stringify([departmentId, sensitivity, readers]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#labels.length);
    this.#labels.push({ departmentId, sensitivity, readers });
    return this.#labels.length - 1;
  }

  /** For each label 1 where the scope may read it, else 0. */
  readable(scope: ReadScope): Uint8Array {
    return Uint8Array.from(this.#labels, (label) => (canRead(scope, label) ? 1 : 0));
  }
}
