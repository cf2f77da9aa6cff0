import { mkdir, realpath } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { systemClock, type Clock } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { chooseAccount } from "./account.ts";
import { findBinaries } from "./binaries.ts";
import { clusterPaths, ensureCluster, ownerOfCluster, superuserUrl, syncCluster } from "./cluster.ts";
import { lockFolder, type FolderLock } from "./folder-lock.ts";
import { stopOrphan } from "./running-server.ts";
import { keepLogSmall } from "./server-log.ts";
import { startServer, type Server } from "./server.ts";
import type { PostgresSettings } from "./settings.ts";
import { storageError } from "./storage-error.ts";
import { systemErrorCode } from "./system-error.ts";

export interface EmbeddedPostgresOptions {
  /** The data folder; made if missing. The database lives in `postgres` inside it. */
  readonly folder: string;
  /** The wanted port of 127.0.0.1; a free one is taken where it is 0 or in use. */
  readonly port: number;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Overrides of postgresql.conf, for tests. */
  readonly settings?: PostgresSettings;
}

export interface EmbeddedPostgres {
  /** The database `postgres` as its superuser, with the password: never log it. */
  readonly superuserUrl: string;
  readonly port: number;
  /** True when this start made the cluster. */
  readonly firstStart: boolean;
  /** Ends all connections, stops the server and frees the folder. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server of our own on a data folder, and returns when it accepts connections.
 * It never outlives this process, and recovers from any death of either. Throws `data_folder_in_use`,
 * `storage_full`, `storage_unavailable`, `configuration_invalid` or `database_unavailable`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const clock = options.clock ?? systemClock;
  let lock: FolderLock | null = null;
  try {
    await mkdir(options.folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    const folder = await realpath(options.folder);
    lock = await lockFolder(folder, clock.now());
    return await startLocked(options, folder, lock, clock);
  } catch (error) {
    await lock?.release();
    throw storageError(error, options.folder);
  }
}

async function startLocked(
  { port, logger, settings = {} }: EmbeddedPostgresOptions,
  folder: string,
  lock: FolderLock,
  clock: Clock,
): Promise<EmbeddedPostgres> {
  const begin = clock.now().getTime();
  const binaries = await findBinaries();
  const account = await chooseAccount({ binaries, logger }, folder, await ownerOfCluster(folder));
  await stopOrphan({ logger }, folder);
  const { password, created } = await ensureCluster({ binaries, account }, folder);
  const server = await startServer({ binaries, account, logger }, folder, port, settings);
  const url = superuserUrl(password, server.port);
  try {
    await checkLogin(url);
  } catch (error) {
    await stopServer(server);
    throw error;
  }
  if (created && settings["fsync"] !== false) {
    syncCluster({ binaries, account }, folder).catch((error: unknown) =>
      logger.warn("the new database could not be written through to the disk", { error: String(error) }),
    );
  }
  const endLogWatch = keepLogSmall(clusterPaths(folder).log);
  const startedMs = clock.now().getTime() - begin;
  logger.info("the embedded database is ready", { port: server.port, firstStart: created, startedMs });

  let stopping: Promise<void> | null = null;
  void server.exited.then(() => {
    if (stopping === null)
      logger.error("the embedded database ended by itself; see postgres.log", { folder });
  });
  const stop = async (): Promise<void> => {
    endLogWatch();
    await stopServer(server);
    await lock.release();
  };
  return { superuserUrl: url, port: server.port, firstStart: created, stop: () => (stopping ??= stop()) };
}

async function checkLogin(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 60_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
  } catch (cause) {
    const refused = systemErrorCode(cause) === "28P01";
    throw refused
      ? new ExpertError("configuration_invalid", "The database refuses the password in postgres-password.", {
          remedy: "Restore that file from the backup that the data folder comes from.",
          cause,
        })
      : new ExpertError("database_unavailable", "The database started but takes no connection.", {
          remedy: "Read postgres.log in the data folder, then start again.",
          cause,
        });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Fast shutdown, which writes a checkpoint; after 30 seconds an immediate one. */
async function stopServer(server: Server): Promise<void> {
  const limit = new AbortController();
  server.signal("SIGINT");
  const expired = sleep(30_000, true, { ref: true, signal: limit.signal }).catch(() => false);
  if (await Promise.race([server.exited.then(() => false), expired])) server.signal("SIGQUIT");
  limit.abort();
  await server.exited;
}
