import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { z } from "zod";
import { type ExpertError, isExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { migrateBullmq } from "../bullmq/migrate.ts";
import type { Config } from "../config.ts";
import { startEmbeddedPostgres } from "../embedded-postgres/start.ts";
import { secretFile } from "../filesystem/secret-file.ts";
import { applicationRole, migrate } from "../postgres/migrate.ts";

export interface ConnectedDatabase {
  /** The application's role. */
  readonly appUrl: string;
  /** The schema's owner, where this process may act as it. */
  readonly ownerUrl: string | null;
  readonly embedded: boolean;
  /** True where another process of this data folder runs the embedded database. */
  readonly attached: boolean;
  close(): Promise<void>;
}

const databaseName = "expert";
const appLogin = "expert_login";
const runtimeSchema = z.object({ appUrl: z.url(), ownerUrl: z.url() });

interface ConnectOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Join a running process's embedded database instead of refusing. */
  readonly attach: boolean;
  onProgress(step: string): void;
}

/** The database of the configuration, migrated: the company's own, or the embedded one. */
export async function connectDatabase(options: ConnectOptions): Promise<ConnectedDatabase> {
  const { config, logger } = options;
  const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl } = config;
  if (appUrl === undefined) return await connectEmbedded(options);
  if (ownerUrl !== undefined) {
    options.onProgress("migrating the database");
    await migrateOwned(ownerUrl, appUrl, logger);
  }
  return {
    appUrl,
    ownerUrl: ownerUrl ?? null,
    embedded: false,
    attached: false,
    close: () => Promise.resolve(),
  };
}

/** Migrates a database of the company's own; the application's login is the one that its address names. */
export async function migrateOwned(ownerUrl: string, appUrl: string, logger: Logger): Promise<void> {
  const { username, password } = new URL(appUrl);
  const appRole = { name: decodeURIComponent(username), password: decodeURIComponent(password) };
  await migrate({ ownerUrl, appRole, logger });
  await migrateBullmq(ownerUrl, { appRole: applicationRole });
}

async function connectEmbedded({
  config,
  logger,
  attach,
  onProgress,
}: ConnectOptions): Promise<ConnectedDatabase> {
  const folder = config.DATA_DIR;
  const runtimeFile = join(folder, "runtime.json");
  onProgress("starting the embedded PostgreSQL");
  try {
    const server = await startEmbeddedPostgres({ folder, port: config.EMBEDDED_DATABASE_PORT, logger });
    try {
      const urls = await prepareEmbedded(server.superuserUrl, folder, logger, onProgress);
      await writeFile(`${runtimeFile}.new`, JSON.stringify(urls), { mode: 0o600 });
      await rename(`${runtimeFile}.new`, runtimeFile);
      return {
        ...urls,
        embedded: true,
        attached: false,
        async close() {
          await rm(runtimeFile, { force: true });
          await server.stop();
        },
      };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    if (!attach || !isExpertError(error, "data_folder_in_use")) throw error;
    return await attachTo(runtimeFile, error);
  }
}

async function prepareEmbedded(
  superuserUrl: string,
  folder: string,
  logger: Logger,
  onProgress: ConnectOptions["onProgress"],
): Promise<{ appUrl: string; ownerUrl: string }> {
  const appRole = { name: appLogin, password: await secretFile(join(folder, "database-password")) };
  await createDatabase(superuserUrl);
  const ownerUrl = withPath(superuserUrl, databaseName);
  onProgress("migrating the database");
  await migrate({ ownerUrl, appRole, logger });
  await migrateBullmq(ownerUrl, { appRole: applicationRole });
  const appUrl = new URL(ownerUrl);
  appUrl.username = appRole.name;
  appUrl.password = appRole.password;
  return { ownerUrl, appUrl: appUrl.href };
}

async function createDatabase(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  // A connection that breaks fails its query; without a listener it would end the process as well.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}

async function attachTo(runtimeFile: string, refusal: ExpertError): Promise<ConnectedDatabase> {
  try {
    const urls = runtimeSchema.parse(JSON.parse(await readFile(runtimeFile, "utf8")));
    return { ...urls, embedded: true, attached: true, close: () => Promise.resolve() };
  } catch {
    // It is still starting, or stopping: what it said stands.
    throw refusal;
  }
}

function withPath(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
