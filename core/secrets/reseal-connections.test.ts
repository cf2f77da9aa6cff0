import { expect, it } from "@jest/globals";
import { createFakeDatabase } from "../../tests/fakes/database/database.ts";
import { plainBox } from "../../tests/fakes/plain-box.ts";
import { sampleConnection } from "../../tests/support/sample-raise.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { secretsContext } from "../connections/connection.ts";
import { resealConnections } from "./reseal-connections.ts";

it("seals the secrets of connections with the newest key, and names those that do not open", async () => {
  const database = createFakeDatabase();
  const { tenantId } = database.provision(smallCompany());
  const add = async (name: string, by: string) => {
    const connection = sampleConnection({ name });
    const sealedSecrets = plainBox(by).seal('{"token":"t"}', secretsContext(connection.id));
    await database.withTenant(tenantId, ({ connections }) =>
      connections.add({ ...connection, sealedSecrets }, []),
    );
    return connection.id;
  };
  const id = await add("old", "old");
  await add("gone", "gone");
  await add("recent", "recent");
  const secrets = plainBox("recent", "old");
  const told = await resealConnections({ database, secrets });
  expect(Object.fromEntries(told.map(({ name, outcome }) => [name, outcome]))).toEqual({
    old: "resealed",
    gone: "unreadable",
    recent: "current",
  });
  const kept = await database.withTenant(tenantId, ({ connections }) => connections.find(id));
  expect(plainBox("recent").open(kept?.sealedSecrets ?? "", secretsContext(id))).toBe('{"token":"t"}');
  expect((await resealConnections({ database, secrets })).map(({ outcome }) => outcome).toSorted()).toEqual([
    "current",
    "current",
    "unreadable",
  ]);
});
