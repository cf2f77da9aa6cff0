import { offerProgram } from "./compiled-program.ts";
import { offerDatabase } from "./database-on-demand.ts";
import type { Offer } from "./offer-on-demand.ts";

declare global {
  var expertTestOffers: readonly Offer[] | undefined;
}

/** Offers the run's database and compiled program to the test files, by addresses in the environment. */
export default async function setup(): Promise<void> {
  const program = await offerProgram();
  process.env["EXPERT_TEST_PROGRAM_OFFER"] = program.address;
  globalThis.expertTestOffers = [program];
  if (process.env["EXPERT_TEST_DATABASE_URL"]) return;
  const database = await offerDatabase();
  process.env["EXPERT_TEST_DATABASE_OFFER"] = database.address;
  globalThis.expertTestOffers = [program, database];
}
