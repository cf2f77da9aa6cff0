import { offerDatabase, type DatabaseOnDemand } from "./database-on-demand.ts";

declare global {
  var expertTestDatabase: DatabaseOnDemand | undefined;
}

/** Offers the run's database to the test files, by an address in the environment. */
export default async function setup(): Promise<void> {
  if (process.env["EXPERT_TEST_DATABASE_URL"]) return;
  globalThis.expertTestDatabase = await offerDatabase();
  process.env["EXPERT_TEST_DATABASE_OFFER"] = globalThis.expertTestDatabase.address;
}
