import type { Database, Stores } from "../../core/database.ts";

/** A worker that dies: from then on nothing that it does is done. */
export interface Dying {
  readonly dead: boolean;
  /** A step of the worker's; dies before it where its time has come. */
  step(): void;
}

export class WorkerDied extends Error {}

/** @param steps so many are done before it dies. */
export function dying(steps: number): Dying {
  let left = steps;
  return {
    get dead() {
      return left < 0;
    },
    step() {
      left -= 1;
      if (left < 0) throw new WorkerDied("the worker is gone");
    },
  };
}

/** The same database, as long as the worker lives; it may die right before and right after each of its writes. */
export const databaseOf = (
  database: Pick<Database, "withTenant">,
  life: Dying,
): Pick<Database, "withTenant"> => ({
  withTenant: (tenant, work) => database.withTenant(tenant, (stores) => work(mortal(stores, life))),
});

const mortal = (stores: Stores, life: Dying): Stores =>
  new Proxy(stores, { get: (target, name: keyof Stores) => mortalStore(target[name], life) });

const mortalStore = <S extends object>(store: S, life: Dying): S =>
  new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function") return value;
      return async (...input: unknown[]): Promise<unknown> => {
        life.step();
        const result: unknown = await Reflect.apply(value, target, input);
        life.step();
        return result;
      };
    },
  });
