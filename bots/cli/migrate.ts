import { readConfig } from "../../adapters/config.ts";
import { migrateCompanyDatabase } from "../../adapters/connect/migrate-company-database.ts";
import { exitCodes } from "./run-command.ts";
import type { Terminal } from "./terminal.ts";

/** Brings the company's own database up to date. */
export async function migrate(terminal: Terminal): Promise<0> {
  const config = readConfig();
  terminal.detail("· migrating the database");
  await migrateCompanyDatabase(config);
  terminal.out("The database is up to date, and the application's login may use it.\n");
  return exitCodes.done;
}
