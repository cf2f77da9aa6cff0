import { ExpertError } from "../../core/errors.ts";
import type { Config } from "../config.ts";
import { migrateOwned } from "./database.ts";
import { createLogger } from "../logging/logger.ts";
import { translateError } from "../postgres/translate-error.ts";

/**
 * Brings the company's own PostgreSQL up to date as the schema's owner, and makes the application's login. Throws
 * `configuration_invalid` where an address is missing.
 */
export async function migrateCompanyDatabase(config: Config): Promise<void> {
  const { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl } = config;
  if (ownerUrl === undefined || appUrl === undefined) {
    const missing = appUrl === undefined ? "DATABASE_URL" : "DATABASE_OWNER_URL";
    throw new ExpertError("configuration_invalid", `${missing} is not set, so there is nothing to migrate.`, {
      remedy:
        "Set DATABASE_URL to the application's address of your PostgreSQL and DATABASE_OWNER_URL to the owner's. The embedded database migrates itself at every start.",
    });
  }
  const logger = createLogger({ level: config.LOG_LEVEL, pretty: config.LOG_FORMAT === "pretty" });
  await migrateOwned(ownerUrl, appUrl, logger).catch((error: unknown) => {
    throw translateError(error);
  });
}
