import { expect, it, jest } from "@jest/globals";
import { newId, type TenantId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { createTenantWeights } from "./tenant-weights.ts";

const [acme, globex] = [newId<TenantId>(), newId<TenantId>()];
const read = () => new Promise(setImmediate);

it("are those of the companies' short names, 1 of each other, and of one that was made since once it was read", async () => {
  const tenants = [{ id: acme, slug: "acme" }];
  let away = false;
  let reads = 0;
  const database = {
    tenants: async () => {
      reads += 1;
      if (away) throw new Error("away");
      return [...tenants];
    },
  };
  const weightOf = createTenantWeights(database, { acme: 3, globex: 0.5 }, silentLogger);
  await read();
  expect([weightOf(acme), weightOf(globex), weightOf("" as TenantId)]).toEqual([3, 1, 1]);
  tenants.push({ id: globex, slug: "globex" });
  const now = jest.spyOn(performance, "now").mockReturnValue(performance.now() + 2_000);
  try {
    weightOf(globex);
    weightOf(globex);
    await read();
    expect([weightOf(acme), weightOf(globex), reads]).toEqual([3, 0.5, 2]);
    away = true;
    now.mockReturnValue(performance.now() + 120_000);
    weightOf(acme);
    await read();
    expect([weightOf(acme), reads]).toEqual([3, 3]);
  } finally {
    now.mockRestore();
  }
});

it("ask nobody where all weigh the same", () => {
  const database = { tenants: () => Promise.reject(new Error("not to be read")) };
  expect(createTenantWeights(database, {}, silentLogger)(acme)).toBe(1);
});
